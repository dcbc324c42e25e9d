import { percent, short } from '../drift/measured-column.ts';
import { type NumericAt, spanOf } from './column-at.ts';
import { counted } from './evidence.ts';
import { bySize, type ColumnFault } from './fault.ts';

/** Values outside what the model file declares, far outside what the reference shows, or below zero where none was. */
export function rangeFaults(at: NumericAt): ColumnFault[] {
  return [...declared(at), ...negative(at), ...learnt(at)];
}

function declared({ now, feature, finite }: NumericAt): ColumnFault[] {
  if (feature.type !== 'numeric' || !feature.range || now.min === null || now.max === null) return [];
  const [low, high] = feature.range;
  if (now.min >= low && now.max <= high) return [];
  const rows = now.facts?.outOfRange ?? 1;
  const size = rows / finite;
  const says = `${counted(rows, 'value')} outside ${short(low)} to ${short(high)}, from ${short(now.min)} to ${short(now.max)}`;
  return [{ code: 'out-of-range', severity: bySize(size, 0.05), size, says }];
}

/** A natural floor at zero: values near it, none below. Without one, a season can bring what was not there before. */
function negative({ now, was, finite, finiteBefore }: NumericAt): ColumnFault[] {
  if (was.negatives > 0 || was.min === null || was.max === null || now.min === null || finiteBefore < 500) return [];
  const span = spanOf(was);
  const floor = was.zeros > 0 || was.integers === finiteBefore || now.min < was.min - 0.5 * span;
  const size = now.negatives / Math.max(1, finite);
  if (!floor || now.negatives < 3 || size < 0.002) return [];
  const says = `${counted(now.negatives, 'negative value')} of ${finite}, down to ${short(now.min)}; none in the reference`;
  return [{ code: 'negative-values', severity: bySize(size, 0.05), size, says }];
}

/** The outer bins hold what lies beyond the reference; its whole span is far: seasons and tails stay nearer. Rows of one day, so that one odd row is an info. */
function learnt({ now, was, finite }: NumericAt): ColumnFault[] {
  const span = spanOf(was);
  if (was.min === null || was.max === null || now.min === null || now.max === null || span === 0) return [];
  const [below, above] = [was.min - now.min, now.max - was.max];
  const rows = (now.bins[0] ?? 0) + (now.bins.at(-1) ?? 0);
  if (Math.max(below, above) <= span) return [];
  const size = rows / finite;
  const says = `${counted(rows, 'value')} (${percent(size)}) outside the reference’s ${short(was.min)} to ${short(was.max)}, from ${short(now.min)} to ${short(now.max)}`;
  const far = Math.max(below, above) > 3 * span;
  const severity = far && rows >= 3 && size >= 0.002 ? bySize(size, 0.2) : 'info';
  return [{ code: 'outside-learnt-range', severity, size, says }];
}
