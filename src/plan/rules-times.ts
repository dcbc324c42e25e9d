import { type ModelDraft, stagesOf } from './draft.ts';
import { durationMs } from './duration.ts';
import type { Finding, Path } from './problem.ts';

/** Durations must leave time for what they bound, and fit into each other. */
export function timeRules(draft: ModelDraft): Finding[] {
  const stages = Object.entries(draft.plan ?? {});
  const needed = ['window', 'holdout', 'validation', 'timeout', 'within', 'lookEvery'];
  const ofStages = stages.flatMap(([name, spec]) =>
    Object.entries(spec ?? {})
      .filter(([key]) => needed.includes(key))
      .flatMap(([key, value]) => aboveZero(value, ['plan', name, key])),
  );
  return [
    ...aboveZero(draft.check?.window, ['check', 'window']),
    ...ofStages,
    ...stagesOf(draft, 'snapshot').flatMap(({ name, spec }) => windowRule(name, spec)),
    ...stagesOf(draft, 'approve').flatMap(({ name, spec }) => escalationRule(name, spec.within, spec.escalate?.after)),
  ];
}

function aboveZero(duration: unknown, path: Path): Finding[] {
  if (typeof duration !== 'string' || durationMs(duration) > 0) return [];
  const message = `${path.join('.')} must be longer than ${duration}`;
  return [{ code: 'PRN-PLAN-028', path, on: 'value', message }];
}

interface Windows {
  readonly window?: string | undefined;
  readonly holdout?: string | undefined;
  readonly validation?: string | undefined;
}

function windowRule(name: string, { window, holdout, validation }: Windows): Finding[] {
  if (window === undefined || holdout === undefined || validation === undefined || durationMs(window) === 0) return [];
  if (durationMs(holdout) + durationMs(validation) < durationMs(window)) return [];
  const message = `hold-out ${holdout} and validation ${validation} fill the window of ${window}: nothing is left to train on`;
  const hint = 'lengthen "window", or shorten "holdout" or "validation"';
  return [{ code: 'PRN-PLAN-020', path: ['plan', name, 'holdout'], on: 'value', message, hint }];
}

function escalationRule(name: string, within: string | undefined, after: string | undefined): Finding[] {
  if (within === undefined || after === undefined || durationMs(after) < durationMs(within)) return [];
  const message = `escalation after ${after} comes too late: the approval ends after ${within}`;
  return [{ code: 'PRN-PLAN-025', path: ['plan', name, 'escalate', 'after'], on: 'value', message }];
}
