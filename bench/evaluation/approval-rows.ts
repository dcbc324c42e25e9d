import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/evaluation/random.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { inArena } from './approval-arena.ts';
import { type Answered, makeChampion, play, type Told } from './approval-interleaving.ts';
import { writeScript } from './approval-script.ts';

/** Runs that wait at the same time: each worker's death meets all of them. */
const atOnce = 60;
/** So far apart do the first of them start. */
const apartMs = 100;

/** Random interleavings of votes, signals, cancels, deadlines and killed workers, against the real servers. */
export async function approvalRows(count: number): Promise<Row[]> {
  return await inArena(async (arena) => {
    const random = seededRandom(61);
    const scripts = Array.from({ length: count }, (_, at) => writeScript(`m${at}`, random));
    for (const script of scripts) await makeChampion(arena, script);
    const told: Told[] = [];
    const next = scripts.values();
    await Promise.all(
      Array.from({ length: atOnce }, async (_, lane) => {
        await sleep(lane * apartMs);
        for (const script of next) {
          told.push(await play(arena, script));
          if (told.length % 100 === 0)
            console.error(`${told.length} of ${count}, workers killed ${arena.killed()} times`);
        }
      }),
    );
    const undecided = told.filter((one) => !hasOneOutcome(one));
    const untraced = told.flatMap(withoutTrace);
    for (const { script, record } of undecided) console.error('no single outcome:', JSON.stringify({ script, record }));
    for (const { deed, message } of untraced) console.error('without a trace:', JSON.stringify({ deed, message }));
    const note = `${summary(told)}; workers killed ${arena.killed()} times`;
    return [
      goalRow(`${count} interleavings: without exactly one outcome`, 0, figure([undecided.length]), note),
      goalRow(`${count} interleavings: votes without a trace in the history`, 0, figure([untraced.length])),
    ];
  });
}

/** The run has ended one way, and that way is what its decision and the answers to its voters say. */
function hasOneOutcome({ script, record, decisions, answers, events }: Told): boolean {
  const approvals = decisions.filter(({ kind }) => kind === 'approval');
  const [decision] = approvals;
  const told = answers.filter(({ refused }) => refused === null).map(({ message }) => message);
  if (approvals.length > 1 || record.endedAt === null) return false;
  switch (record.outcome) {
    case 'cancelled':
      return answers.some(({ deed }) => deed.kind === 'cancel');
    case 'completed': {
      if (decision?.verdict !== 'approved' || told.some((message) => message.startsWith('rejected'))) return false;
      const approving = votesIn(events).filter(({ details }) => details.choice === 'approve').length;
      return decision.by.name === 'deadline'
        ? script.approve.otherwise === 'approve'
        : approving >= script.approve.quorum;
    }
    case 'rejected':
      return decision?.verdict === 'rejected' && !told.some((message) => message.startsWith('approved'));
    default:
      return false;
  }
}

function votesIn(events: Told['events']) {
  return events
    .filter(({ kind }) => kind === 'approval.vote')
    .map(({ actor, details }) => ({ actor, details: details as { readonly choice: string } }));
}

/** Every vote that was answered, or signalled, is an event: counted or refused, under its voter's name. */
function withoutTrace({ answers, events }: Told): readonly Answered[] {
  const left = votesIn(events).map(({ actor, details }) => `${actor.name} ${actor.via} ${details.choice}`);
  const refusals = events
    .filter(({ kind }) => kind === 'approval.refused')
    .map(({ actor }) => `${actor.name} ${actor.via}`);
  return answers.filter(({ deed, refused, unheard }) => {
    if (deed.kind === 'cancel' || unheard) return false;
    const via = deed.kind === 'signal' ? 'signal' : 'client';
    const counted = left.indexOf(`${deed.by} ${via} ${deed.choice}`);
    if (counted >= 0 && (refused === null || deed.kind === 'signal')) {
      left.splice(counted, 1);
      return false;
    }
    return !refusals.includes(`${deed.by} ${via}`) || (refused === null && deed.kind === 'vote');
  });
}

function summary(told: readonly Told[]): string {
  const counts = new Map<string, number>();
  const add = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
  for (const { record, decisions, answers } of told) {
    const by = decisions.some(({ kind, by }) => kind === 'approval' && by.name === 'deadline') ? ' by deadline' : '';
    add(`${record.outcome ?? 'open'}${by}`);
    for (const { deed, refused, unheard } of answers)
      if (deed.kind !== 'cancel') add(unheard ? 'votes unheard' : refused ? 'votes refused' : 'votes taken');
  }
  return [...counts].map(([what, count]) => `${what} ${count}`).join(', ');
}
