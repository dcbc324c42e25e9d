import { type SweepRecord, settled, type TrialRecord } from '../sweep/record.ts';

/** A line per trial in the order in which they ended, with a column for every parameter of the space and every fold (RFC 4180). */
export function sweepCsv({ trials: kept, space, metric }: SweepRecord): string {
  const parameters = Object.keys(space);
  const trials = settled(kept);
  const folds = Array.from({ length: Math.max(0, ...trials.map((trial) => trial.folds?.length ?? 0)) }, (_, at) => at);
  const head = ['trial', metric, 'state', 'stoppedAt', 'repeats', 'seconds', ...parameters];
  const lines = trials.map((trial) => {
    const { failure, stoppedAt } = trial;
    const state = failure !== undefined ? 'failed' : stoppedAt === undefined ? 'finished' : 'ended-early';
    return [
      ...[trial.trial, trial.value, state, stoppedAt, trial.repeats, secondsOf(kept, trial)],
      ...parameters.map((name) => trial.parameters[name]),
      ...folds.map((fold) => trial.folds?.[fold]),
    ];
  });
  const titles = [...head, ...folds.map((fold) => `fold${fold}`)];
  return [titles, ...lines].map((line) => `${line.map(cellOf).join(',')}\n`).join('');
}

/** Of all its turns, where a trial waited at rungs. */
function secondsOf(kept: readonly TrialRecord[], { trial }: TrialRecord): number | undefined {
  const turns = kept.flatMap((each) => (each.trial === trial && each.seconds !== undefined ? [each.seconds] : []));
  return turns.length === 0 ? undefined : turns.reduce((sum, each) => sum + each, 0);
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
