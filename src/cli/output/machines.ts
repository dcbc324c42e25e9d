import type { MachineStanding } from '../../api/wire.ts';
import type { MachineEnd } from '../../compute/ledger.ts';
import { poolOf } from '../../compute/offer.ts';
import { formatDuration, formatInstant } from '../../report/numbers.ts';
import { paint, type Style, type Tone } from './style.ts';
import { type Cell, renderTable } from './table.ts';

interface Asked extends Style {
  /** ISO; what deadlines are compared with. */
  readonly now: string;
  /** Those that have ended were asked for, too. */
  readonly all: boolean;
  readonly run: string | null;
}

/** What lives, with what it costs; under it what has ended, with what it has cost and how much of that was in vain. */
export function renderMachines(machines: readonly MachineStanding[], asked: Asked): string {
  const living = machines.filter(({ end }) => end === null);
  const ended = machines.filter(({ end }) => end !== null);
  const parts = [living.length > 0 ? livingText(living, asked) : noneText(asked)];
  if (ended.length > 0) parts.push(endedText(ended, asked));
  return parts.join('\n\n');
}

/** `$0.0123` below a dollar, `$12.30` above. */
export function formatUsd(usd: number): string {
  return `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}

function noneText({ run, all }: Asked): string {
  const whose = run === null ? '' : ` for ${run}`;
  const more = all ? '' : ` Those that have ended: perennial machines${run === null ? '' : ` --run ${run}`} --all`;
  return `No machine is rented${whose}.${more}`;
}

function livingText(machines: readonly MachineStanding[], asked: Asked): string {
  const columns = [
    { title: 'machine' },
    { title: 'offer', shrinkTo: 14 },
    { title: 'model', shrinkTo: 8, dropOrder: 4 },
    { title: 'run', shrinkTo: 10 },
    { title: 'attempt', shrinkTo: 8, dropOrder: 1 },
    { title: 'since', dropOrder: 3 },
    { title: 'an hour', align: 'right', dropOrder: 2 },
    { title: 'so far', align: 'right' },
    { title: 'deadline' },
  ] as const;
  const rows = machines.map(({ machine, offer, model, run, attempt, launchedAt, soFar, deadline }): Cell[] => [
    ...[{ text: machine, tone: 'strong' } as const, poolOf(offer), model, run, attempt, formatInstant(launchedAt)],
    ...[formatUsd(offer.usdPerHour), formatUsd(soFar.usd)],
    deadlineCell(deadline, asked.now),
  ]);
  const hourly = sum(machines.map(({ offer }) => offer.usdPerHour));
  const head = `${counted(machines.length)} rented: ${formatUsd(hourly)} an hour, ${formatUsd(total(machines))} so far`;
  return [paint(asked, 'strong', head), renderTable(columns, rows, asked), ...machines.flatMap(stuckLines(asked))].join(
    '\n',
  );
}

/** Somebody has to act: it costs money, and all that we can do is to go on trying. */
function stuckLines(asked: Asked): (machine: MachineStanding) => readonly string[] {
  return ({ machine, stuck, offer }) => {
    if (!stuck) return [];
    const since = formatDuration(Date.parse(asked.now) - Date.parse(stuck.since));
    const trouble = `✖ ${machine} cannot be ended since ${formatInstant(stuck.since)} (${since}): ${stuck.why}`;
    const byHand = `  by hand: aws ec2 terminate-instances --region ${offer.region} --instance-ids ${machine}`;
    return [paint(asked, 'bad', trouble), byHand];
  };
}

function endedText(machines: readonly MachineStanding[], asked: Asked): string {
  const columns = [
    { title: 'machine' },
    { title: 'offer', shrinkTo: 14 },
    { title: 'model', shrinkTo: 8, dropOrder: 4 },
    { title: 'run', shrinkTo: 10 },
    { title: 'attempt', shrinkTo: 8, dropOrder: 2 },
    { title: 'since', dropOrder: 3 },
    { title: 'end' },
    { title: 'billed', align: 'right', dropOrder: 1 },
    { title: 'cost', align: 'right' },
    { title: 'wasted', align: 'right' },
  ] as const;
  const rows = machines.map(
    ({ machine, offer, model, run, attempt, launchedAt, end, soFar, wastedSeconds }): Cell[] => [
      ...[machine, poolOf(offer), model, run, attempt, formatInstant(launchedAt), endCell(end)],
      ...[formatDuration(soFar.seconds * 1_000), formatUsd(soFar.usd), formatDuration((wastedSeconds ?? 0) * 1_000)],
    ],
  );
  const wasted = sum(machines.map(({ wastedSeconds }) => wastedSeconds ?? 0));
  const vain = wasted > 0 ? `; ${formatDuration(wasted * 1_000)} of work were lost` : '';
  const head = `${counted(machines.length)} ended: ${formatUsd(total(machines))}${vain}`;
  return `${paint(asked, 'strong', head)}\n${renderTable(columns, rows, asked)}`;
}

/** A machine that has outlived its deadline is one that nothing has ended: the reaper should have. */
function deadlineCell(deadline: string, now: string): Cell {
  const left = Date.parse(deadline) - Date.parse(now);
  return left < 0 ? { text: `✖ ${formatDuration(-left)} ago`, tone: 'bad' } : `in ${formatDuration(left)}`;
}

function endCell(end: MachineEnd | null): Cell {
  const tone: Tone = end === 'finished' ? 'good' : end === 'cancelled' || end === 'interrupted' ? 'warn' : 'bad';
  return { text: `${tone === 'good' ? '✔' : '✖'} ${(end ?? '').replace('-', ' ')}`, tone };
}

const sum = (values: readonly number[]) => values.reduce((whole, value) => whole + value, 0);
const total = (machines: readonly MachineStanding[]) => sum(machines.map(({ soFar }) => soFar.usd));
const counted = (count: number) => `${count} ${count === 1 ? 'machine' : 'machines'}`;
