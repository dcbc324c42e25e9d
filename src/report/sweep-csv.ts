import { type SweepRecord, settled } from '../sweep/record.ts';

/** A line per trial in the order in which they ended, with a column for every parameter of the space (RFC 4180). */
export function sweepCsv({ trials, space, metric }: SweepRecord): string {
  const parameters = Object.keys(space);
  const head = ['trial', metric, 'state', 'stoppedAt', 'repeats', 'seconds', ...parameters];
  const lines = settled(trials).map(({ trial, value, failure, stoppedAt, repeats, seconds, parameters: chosen }) => {
    const state = failure !== undefined ? 'failed' : stoppedAt === undefined ? 'finished' : 'ended-early';
    return [trial, value, state, stoppedAt, repeats, seconds, ...parameters.map((name) => chosen[name])];
  });
  return [head, ...lines].map((line) => `${line.map(cellOf).join(',')}\n`).join('');
}

function cellOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
