import { setTimeout as sleep } from 'node:timers/promises';
import { isPerennialError } from '../../src/errors/error.ts';
import type { EventRecord, RunRecord } from '../../src/registry/registry.ts';
import type { retrain } from '../../workflows/retrain.ts';
import type { Arena } from './approval-arena.ts';
import { addVersion } from './approval-judge.ts';
import { type Deed, planOf, type Script } from './approval-script.ts';

/** What was said to whom, and what they were answered. */
export interface Answered {
  readonly deed: Deed;
  /** Null: taken (a signal is taken without an answer); else why it was not. */
  readonly refused: string | null;
  /** It never reached the run, which had closed, or was not open yet: nothing has to be kept of it. */
  readonly unheard: boolean;
  readonly message: string;
}

export interface Told {
  readonly script: Script;
  readonly record: RunRecord;
  readonly answers: readonly Answered[];
  readonly events: readonly EventRecord[];
  readonly decisions: Awaited<ReturnType<Arena['registry']['decisions']>>;
}

const bench = { name: 'bench', via: 'workflow' } as const;

/** Plays one script on the model that {@link makeChampion} has made for it, and reads what is kept of it. */
export async function play(arena: Arena, script: Script): Promise<Told> {
  const { registry, temporal } = arena;
  const { model } = script;
  const trigger = { kind: 'manual', by: 'rob' } as const;
  const handle = await temporal.workflow.start<typeof retrain>('retrain', {
    ...{ workflowId: `retrain:${model}`, taskQueue: 'perennial' },
    args: [{ model, asOf: '2026-01-01T00:00:00.000Z', trigger }],
  });
  const run = await untilOpen(arena, model);
  const startedAt = Date.now();
  const answers = await Promise.all(
    script.deeds.map(async ({ atMs, deed }) => {
      await sleep(Math.max(0, startedAt + atMs - Date.now()));
      return await perform(arena, { run, model }, deed);
    }),
  );
  await handle.result().catch(() => undefined);
  const [record, decisions, events] = await Promise.all([
    registry.run(run),
    registry.decisions(model, run),
    registry.events(model, { limit: 500 }),
  ]);
  return { script, record, answers, decisions, events };
}

/** A model of the script's own, with a first version to beat. */
export async function makeChampion({ registry }: Arena, script: Script): Promise<void> {
  const { model } = script;
  await registry.applyModel(planOf(script), bench);
  const trigger = { kind: 'manual', by: 'bench' } as const;
  const first = { model, workflowId: `first:${model}`, temporalRunId: 'first', trigger, asOf: '', planDigest: 'bench' };
  const { run } = await registry.openRun(first);
  const version = await addVersion(registry, model, run, 'first');
  await registry.promoteFirst({ model, version, run, by: bench, reason: 'the first' });
  await registry.closeRun(run, 'promoted', 'the first', version);
}

async function untilOpen({ registry }: Arena, model: string): Promise<string> {
  for (;;) {
    const open = (await registry.runs(model, 2)).find(({ workflowId }) => workflowId === `retrain:${model}`);
    if (open) return open.run;
    // Of many that wait at once: asking more often is work that the runs then lack.
    await sleep(500);
  }
}

async function perform(arena: Arena, { run, model }: { run: string; model: string }, deed: Deed): Promise<Answered> {
  if (deed.kind === 'cancel') return await untilAnswered(deed, () => arena.as('rob').cancel(run));
  const reason = 'drawn by lot';
  if (deed.kind === 'signal') {
    const signal = { by: deed.by, reason } as const;
    const handle = arena.temporal.workflow.getHandle(`retrain:${model}`);
    return await handle.signal(deed.choice, signal).then(
      () => ({ deed, refused: null, unheard: false, message: '' }),
      (error: Error) => ({ deed, refused: error.message, unheard: true, message: error.message }),
    );
  }
  const evidence = deed.wrong ? 'f'.repeat(64) : ((await evidenceOf(arena, model)) ?? 'e'.repeat(64));
  return await untilAnswered(deed, () => arena.as(deed.by)[deed.choice](run, { reason, evidence }));
}

async function evidenceOf({ registry }: Arena, model: string): Promise<string | undefined> {
  const asked = (await registry.events(model, { limit: 50 })).find(({ kind }) => kind === 'approval.asked');
  return (asked?.details as { readonly evidence: string } | undefined)?.evidence;
}

/** A person whose vote got no answer, because the worker died over it, votes again. */
async function untilAnswered(deed: Deed, ask: () => Promise<{ readonly message: string }>): Promise<Answered> {
  for (;;) {
    try {
      return { deed, refused: null, unheard: false, message: (await ask()).message };
    } catch (error) {
      if (!isPerennialError(error)) throw error;
      // Who may not vote at all is turned away at the door, before any run is asked.
      const unheard = error.code === 'PRN-API-002' || error.code === 'PRN-API-004';
      if (unheard || error.code === 'PRN-API-008')
        return { deed, refused: error.message, unheard, message: error.message };
    }
  }
}
