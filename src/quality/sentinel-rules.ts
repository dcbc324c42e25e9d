import { percent, short } from '../drift/measured-column.ts';
import { type NumericAt, spanOf } from './column-at.ts';
import { counted, shareAtLeast } from './evidence.ts';
import { bySize, type ColumnFault } from './fault.ts';

/** Numbers that are no measurements: those that stand for "no value", and any other at which rows suddenly pile up. */
export function sentinelFaults(at: NumericAt): ColumnFault[] {
  return [...outside(at), ...zeros(at), ...spike(at)];
}

/** What programs write where they have no value. */
const wellKnown = new Set([
  -1, -9, -99, -999, -9999, -99999, -999999, 99, 999, 9999, 99999, 999999, 9999999, 65535, 32767, -32768, 2147483647,
  -2147483648, 1e9, -1e9, 1e10, 1e20, -1e20,
]);

/** A pile at the smallest or largest value, beyond everything in the reference. */
function outside({ now, was, finite, finiteBefore }: NumericAt): ColumnFault[] {
  const { facts, min, max } = now;
  if (!facts || was.min === null || was.max === null || min === null || max === null) return [];
  const span = spanOf(was);
  const piles = [
    { value: min, rows: facts.atMin, away: was.min - min, beyond: now.bins[0] },
    { value: max, rows: facts.atMax, away: max - was.max, beyond: now.bins.at(-1) },
  ];
  return piles
    .filter(({ value, rows, away, beyond }) => {
      // Weather that the reference has not seen has many values beyond it; a sentinel is the only one.
      if (away <= 0 || rows === finite || rows !== beyond) return false;
      const impossible = value < 0 && (was.zeros > 0 || was.integers === finiteBefore) && was.negatives === 0;
      if (wellKnown.has(value)) return rows >= 2 && (impossible || away > 0.5 * span);
      return away > 5 * span && rows >= 5 && rows >= 0.005 * finite;
    })
    .map(({ value, rows }) => {
      const size = rows / finite;
      const says = `${rows} of ${counted(finite, 'value')} are ${short(value)}; the reference goes from ${short(was.min ?? 0)} to ${short(was.max ?? 0)}`;
      return { code: 'sentinel-value', severity: bySize(size, 0.2), size, says };
    });
}

function zeros({ now, was, finite, finiteBefore, daily, edges }: NumericAt): ColumnFault[] {
  if (finite === 0 || finiteBefore === 0 || now.zeros === finite) return [];
  const [size, before] = [now.zeros / finite, was.zeros / finiteBefore];
  // Where zero is ordinary, days differ: the heaviest bin of the reference's days bounds how far.
  const most = before === 0 ? 0 : Math.max(2 * before, before > 0.05 ? (daily?.heaviest ?? 1) : 0);
  const tolerated = before === 0 ? 0.01 : most + 0.3;
  // A column that came near to zero may reach it; one that never did has no zeros.
  const steps = (edges[3] ?? 0) - (edges[0] ?? 0);
  const near = before === 0 && was.min !== null && was.max !== null && was.min <= steps && was.max >= 0;
  if (size < (near ? 0.1 : tolerated) || shareAtLeast(now.zeros, finite) <= most) return [];
  return [
    {
      code: 'sentinel-value',
      severity: bySize(size - before, 0.2),
      size: size - before,
      says: `${percent(size)} are 0, ${percent(before)} in the reference`,
    },
  ];
}

/** A value that holds more of a day than any step of values did on any day of the reference. */
function spike({ now, was, daily, finite, finiteBefore, edges }: NumericAt): ColumnFault[] {
  const mode = now.facts?.mode;
  if (!mode || !daily || finite < 50 || now.min === now.max || mode.value === 0) return [];
  const bin = edges.findIndex((edge) => mode.value <= edge);
  // What lies beyond the reference is out of range, not a spike.
  if (bin <= 0) return [];
  const [size, before] = [mode.rows / finite, (was.bins[bin] ?? 0) / Math.max(1, finiteBefore)];
  if (size < Math.max(0.1, 1.5 * daily.heaviest + 0.05) || size < before + 0.1) return [];
  const says = `${percent(size)} are ${short(mode.value)}, at most ${percent(before)} in the reference; on none of its days has a value more than ${percent(daily.heaviest)}`;
  return [{ code: 'value-spike', severity: bySize(size, 0.5), size: size - daily.heaviest, says }];
}
