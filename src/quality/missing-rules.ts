import { percent } from '../drift/measured-column.ts';
import type { ColumnAt } from './column-at.ts';
import { counted, shareAtLeast } from './evidence.ts';
import { bySize, type ColumnFault } from './fault.ts';

/** Least growth of the missing share that is told. */
const leastGrowth = 0.02;

/** Values that are not there: more than the model file allows, or than any day of the reference had. */
export function missingFaults({ now, was, feature, missingMost }: ColumnAt): ColumnFault[] {
  const unreadable = now.kind === 'numeric' ? now.unreadable : 0;
  const rows = now.present + now.missing + unreadable;
  const share = rows === 0 ? 0 : now.missing / rows;
  const before = was.present + was.missing === 0 ? 0 : was.missing / (was.present + was.missing);
  // A day beyond the reference's worst by half of the way that its worst is beyond its mean.
  const most = Math.max(before, missingMost);
  const tolerated = most + Math.max(leastGrowth, (most - before) / 2);
  const words = `${percent(share)} of ${counted(rows)} missing, ${percent(before)} in the reference`;
  const worst = missingMost > before ? ` and at most ${percent(missingMost)} on one of its days` : '';
  if (now.present === 0 && unreadable === 0 && rows > 0 && missingMost < 0.99) {
    return [
      {
        code: 'all-missing',
        severity: 'critical',
        size: 1,
        says: `no value in ${counted(rows)}, ${percent(before)} missing in the reference`,
      },
    ];
  }
  const limit = feature.missing?.atMost;
  const aboveLimit = limit !== undefined && shareAtLeast(now.missing, rows) > limit;
  const grown = share > tolerated && shareAtLeast(now.missing, rows) > most;
  const faults: ColumnFault[] = [];
  if (aboveLimit)
    faults.push({
      code: 'missing-above-limit',
      severity: bySize(share, 0.5),
      size: share,
      says: `${words}; the model file allows ${percent(limit)}`,
    });
  if (grown)
    faults.push({
      code: 'missing-values',
      severity: bySize(share - before, 0.5),
      size: share - before,
      says: `${words}${worst}`,
    });
  return faults;
}
