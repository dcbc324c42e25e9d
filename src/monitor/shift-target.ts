import type { ColumnProfile, PartitionProfile } from '../profile/profile.ts';
import type { ShiftTarget } from './explain-shift.ts';
import type { Look } from './look.ts';

/** What of a drifted column is to be explained: its missing values, its mean, or the name whose share changed most; null where nothing is told. */
export function shiftTarget(
  column: string,
  look: Look | null,
  { reference, current }: { readonly reference: PartitionProfile; readonly current: PartitionProfile },
): ShiftTarget | null {
  if (!look?.values?.drifted) return look?.missing?.drifted ? { kind: 'missing', column } : null;
  const [was, is] = [reference.columns[column], current.columns[column]];
  if (was?.kind === 'numeric') return { kind: 'mean', column };
  const name = mostChanged(was, is);
  return name === null ? null : { kind: 'share', column, name };
}

function mostChanged(was: ColumnProfile | undefined, is: ColumnProfile | undefined): string | null {
  if (was?.kind !== 'categorical' || is?.kind !== 'categorical') return null;
  const names = [...new Set([...Object.keys(was.counts), ...Object.keys(is.counts)])];
  const change = (name: string): number =>
    Math.abs((is.counts[name] ?? 0) / Math.max(1, is.present) - (was.counts[name] ?? 0) / Math.max(1, was.present));
  return names.reduce<string | null>(
    (best, name) => (best === null || change(name) > change(best) ? name : best),
    null,
  );
}
