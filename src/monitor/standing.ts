import type { ColumnDrift } from '../drift/report.ts';

/** `unjudged`: no day since the champion has a value of it. `unsure`: different enough to matter, if only it were certain; days of the reference differ as much by themselves. */
export type Standing = 'drifted' | 'unsure' | 'same' | 'unjudged';

export function standingOf({ drifted, effect, missing }: ColumnDrift, minimumEffect: number): Standing {
  if (drifted) return 'drifted';
  if (effect === null && missing.adjustedP === null) return 'unjudged';
  return (effect ?? 0) >= minimumEffect ? 'unsure' : 'same';
}
