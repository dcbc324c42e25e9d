import { percent } from '../drift/measured-column.ts';
import type { NumericAt } from './column-at.ts';
import { counted, listed } from './evidence.ts';
import { bySize, type ColumnFault } from './fault.ts';

/** Values that are no numbers, infinite, fractions where all were whole, or that have lost their decimals. */
export function numberFaults(at: NumericAt): ColumnFault[] {
  return [...unreadable(at), ...infinite(at), ...fractional(at), ...rounded(at)];
}

function unreadable({ now, was }: NumericAt): ColumnFault[] {
  const rows = now.present + now.missing + now.unreadable;
  const size = now.unreadable / rows;
  if (now.unreadable === 0 || size <= 2 * (was.unreadable / Math.max(1, was.present + was.unreadable))) return [];
  const examples = now.facts?.unreadable.length ? ` such as ${listed(now.facts.unreadable)}` : '';
  const says = `${now.unreadable} of ${counted(rows)} hold no number${examples}`;
  return [{ code: 'unreadable-values', severity: bySize(size, 0.2), size, says }];
}

function infinite({ now, was }: NumericAt): ColumnFault[] {
  const n = now.negativeInfinite + now.positiveInfinite;
  const size = n / Math.max(1, now.present);
  if (n === 0 || size <= 5 * ((was.negativeInfinite + was.positiveInfinite) / Math.max(1, was.present))) return [];
  return [
    {
      code: 'infinite-values',
      severity: bySize(size, 0.05),
      size,
      says: `${n} of ${counted(now.present, 'value')} infinite`,
    },
  ];
}

function fractional({ now, was, finite, finiteBefore }: NumericAt): ColumnFault[] {
  const fractions = finite - now.integers;
  const size = fractions / Math.max(1, finite);
  if (finiteBefore < 500 || was.integers < finiteBefore || fractions < 3 || size < 0.002) return [];
  const says = `${fractions} of ${counted(finite, 'value')} have a fraction; all ${finiteBefore} of the reference are whole`;
  return [{ code: 'fractional-values', severity: bySize(size, 0.5), size, says }];
}

const steps = [100, 10, 1, 0.1, 0.01];
/** All values are multiples of a step that at most so many were on any day of the reference. */
const [nearlyAll, before] = [0.995, 0.7];

function rounded({ now, daily, finite }: NumericAt): ColumnFault[] {
  const multiples = now.facts?.multiples;
  // A day of one value is a constant, or a calm day: it says nothing of decimals.
  if (!multiples || !daily || finite < 50 || Math.max(...now.bins) > 0.5 * finite) return [];
  const coarsest = steps.findIndex(
    (_, step) => (multiples[step] ?? 0) >= nearlyAll * finite && (daily.multiples[step] ?? 1) <= before,
  );
  if (coarsest === -1) return [];
  const says = `all values are multiples of ${steps[coarsest]}; on a day of the reference at most ${percent(daily.multiples[coarsest] ?? 0)} are`;
  return [{ code: 'rounded-values', severity: 'warning', size: 1 - (daily.multiples[coarsest] ?? 0), says }];
}
