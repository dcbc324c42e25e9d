import { PerennialError } from '../errors/error.ts';
import { durationMs } from '../plan/duration.ts';
import type { SnapshotManifest, Window } from './dataset.ts';

const dayMs = 86_400_000;

/** What a snapshot stage asks for: durations as in the model file, `asOf` an ISO instant. */
export interface SnapshotSpan {
  readonly asOf: string;
  readonly window: string;
  readonly holdout: string;
  readonly validation: string;
  readonly maturesAfter: string;
}

/** The parts of a snapshot and `observed`, everything known at `asOf`: the parts and the rows after them whose labels are too young. */
export interface SnapshotWindows {
  readonly observed: Window;
  readonly parts: SnapshotManifest['windows'];
}

/**
 * Splits the window by time. The hold-out ends where labels stop being mature, not at `asOf`, so that a label that takes
 * weeks does not eat the hold-out up.
 * @throws PRN-DATASET-010 when nothing is left for training
 */
export function snapshotWindows(span: SnapshotSpan): SnapshotWindows {
  const asOf = Date.parse(span.asOf);
  const start = asOf - durationMs(span.window);
  const mature = asOf - durationMs(span.maturesAfter);
  const holdout = mature - durationMs(span.holdout);
  const validation = holdout - durationMs(span.validation);
  if (validation <= start) {
    throw new PerennialError('PRN-DATASET-010', {
      message: `the window of ${span.window} before ${span.asOf} is used up by the hold-out (${span.holdout}), the validation part (${span.validation}) and the time labels need (${span.maturesAfter})`,
      details: { ...span },
    });
  }
  return {
    observed: windowOf(start, asOf),
    parts: {
      train: windowOf(start, validation),
      validation: windowOf(validation, holdout),
      holdout: windowOf(holdout, mature),
    },
  };
}

/** The instant before which a row's label counts as mature at `asOf`. */
export function matureBefore(asOf: string, maturesAfter: string): string {
  return new Date(Date.parse(asOf) - durationMs(maturesAfter)).toISOString();
}

/** UTC days, `YYYY-MM-DD`, that a half-open window touches, in order. */
export function daysOf(window: Window): string[] {
  const days: string[] = [];
  const end = Date.parse(window.to);
  for (let at = Math.floor(Date.parse(window.from) / dayMs) * dayMs; at < end; at += dayMs) {
    days.push(new Date(at).toISOString().slice(0, 10));
  }
  return days;
}

function windowOf(from: number, to: number): Window {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
