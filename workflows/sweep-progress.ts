import type { ParameterValue } from '../src/plan/schema.ts';
import type { Budget, Tally } from '../src/sweep/budget.ts';
import type { TrialRecord } from '../src/sweep/record.ts';
import type { SweepProgress } from './messages.ts';
import type { SweepRace } from './sweep-race.ts';
import type { SweepInput } from './sweep-shapes.ts';

type Chosen = Readonly<Record<string, ParameterValue>>;

const shown = 20;

/** How a sweep stands, for people. */
export function progressOf(from: {
  readonly input: SweepInput;
  readonly tail: readonly TrialRecord[];
  readonly running: ReadonlyMap<number, Chosen>;
  readonly tally: Tally;
  readonly bestParameters: Chosen | null;
  readonly budget: Budget;
  readonly elapsedMs: number;
  readonly usd: number;
  readonly closed: string | null;
  readonly paused: boolean;
  readonly parallel: number;
  readonly race: SweepRace;
}): SweepProgress {
  const { input, tally, budget, race, closed, paused, bestParameters } = from;
  const { run, model, stage } = input.request;
  const { finished, failed, endedEarly, best } = tally;
  return {
    ...{ run, model, stage, metric: input.metric, finished, failed, endedEarly },
    state: closed !== null ? 'ending' : paused ? 'paused' : 'running',
    detail: closed ?? (paused ? 'paused by a person' : ''),
    planned: budget.trials,
    parallel: from.parallel,
    best: best && { ...best, parameters: bestParameters ?? {} },
    running: [...from.running].map(([trial, parameters]) => {
      const { step = null, value = null } = race.latestOf(trial) ?? {};
      return { trial, parameters, step, value };
    }),
    latest: from.tail
      .slice(-shown)
      .reverse()
      .map(({ knew: _, beside: __, seconds: ___, ...trial }) => trial),
    rungs: race.standings(),
    budget: {
      elapsedMs: from.elapsedMs,
      timeMs: budget.timeMs ?? null,
      spentUsd: from.usd,
      usd: budget.usd ?? null,
      target: budget.target ?? null,
      plateau: budget.plateau ? { since: tally.plateau.since, trials: budget.plateau.trials } : null,
    },
  };
}

/** For Temporal UI. */
export function sweepDetails({ finished, planned, failed, best, latest, detail }: SweepProgress): string {
  const rows = latest.map(({ trial, value, parameters, stoppedAt, failure }) => {
    const early = stoppedAt === undefined ? '' : ` at step ${stoppedAt}, ended`;
    const end = failure === undefined ? `${value?.toFixed(4) ?? 'no value'}${early}` : 'failed';
    return `| ${trial} | ${end} | \`${JSON.stringify(parameters)}\` |`;
  });
  const head = `${finished} of ${planned} trials${failed > 0 ? `, ${failed} failed` : ''}`;
  return [
    [head, best ? `best ${best.value.toFixed(4)} (trial ${best.trial})` : '', detail].filter(Boolean).join('; '),
    '',
    '| trial | value | parameters |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}
