import type { ColumnDrift } from '../drift/report.ts';

/** `unsure`: different enough to matter, if only it were certain; days of the reference differ as much by themselves. */
export type Standing = 'drifted' | 'unsure' | 'same';

export function standingOf({ drifted, effect }: ColumnDrift, minimumEffect: number): Standing {
  if (drifted) return 'drifted';
  return (effect ?? 0) >= minimumEffect ? 'unsure' : 'same';
}
