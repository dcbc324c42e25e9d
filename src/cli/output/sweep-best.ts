import { formatNumber } from '../../report/numbers.ts';
import { chanceBand } from '../../sweep/chance-band.ts';
import type { SweepRecord } from '../../sweep/record.ts';
import { paint, paragraph, type Style } from './style.ts';

const rows = 7;
const columnsAtMost = 72;
/** Fewer trials are read from the table of the best ones. */
const fewest = 8;

/** The best value so far as a line over the trials in the order in which they ended, the values of the trials as dots, and what chance would show as a band. */
export function bestPicture(
  { trials, metric, direction }: SweepRecord,
  bestSoFar: readonly (number | null)[],
  style: Style,
): string {
  const values = trials.map(({ value, stoppedAt }) => (stoppedAt === undefined ? value : null));
  const known = values.filter((value) => value !== null);
  if (known.length < fewest) return '';
  const { low, high } = rangeOf(known, bestSoFar);
  const columns = Math.max(10, Math.min(columnsAtMost, style.width - 14, trials.length));
  const columnOf = (at: number) => Math.floor((at / trials.length) * columns);
  const rowOf = (value: number) => Math.round(((high - value) / (high - low || 1)) * (rows - 1));
  const grid = Array.from({ length: rows }, () => new Array<string>(columns).fill(' '));
  const put = (at: number, value: number | null, mark: string) => {
    const line = value === null ? undefined : grid[rowOf(value)];
    if (line) line[columnOf(at)] = mark;
  };
  for (const [at, band] of chanceBand(values, direction).entries())
    if (band)
      for (let row = Math.max(0, rowOf(band.high)); row <= Math.min(rows - 1, rowOf(band.low)); row += 1)
        (grid[row] as string[])[columnOf(at)] = '░';
  for (const [at, value] of values.entries()) put(at, value, '·');
  for (const [at, value] of bestSoFar.entries()) put(at, value, '━');
  const lines = grid.map((line, row) => {
    const label = row === 0 ? formatNumber(high) : row === rows - 1 ? formatNumber(low) : '';
    const marks = line.join('').replace(/━+/g, (best) => paint(style, 'good', best));
    return `  ${label.padStart(8)} │${marks}`;
  });
  const caption = `${metric} of ${trials.length} trials (·), the best so far (━), and in 8 of 10 random orders of them (░)`;
  return [...lines, paragraph(caption, style, 'muted')].join('\n');
}

/** From the middle of the values to the best side, so that a few terrible ones do not press all others into one line. */
function rangeOf(known: readonly number[], bestSoFar: readonly (number | null)[]): { low: number; high: number } {
  const sorted = [...known].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] ?? 0;
  const bests = bestSoFar.filter((value) => value !== null);
  return { low: Math.min(middle, ...bests), high: Math.max(middle, ...bests) };
}
