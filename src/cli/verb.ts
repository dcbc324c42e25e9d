import type { Command } from './command.ts';

export interface Verb {
  /** `check`, or `rollout start`. */
  readonly name: string;
  readonly group: string;
  readonly summary: string;
  readonly arguments?: readonly (readonly [syntax: string, description: string])[];
  readonly options?: readonly (readonly [flags: string, description: string])[];
  /** Shown under the verb's help: examples, exit codes. */
  readonly after?: string;
  /** Loaded when the verb is used. */
  readonly load: () => Promise<{ readonly run: Command }>;
}

export const groups = {
  platform: 'Platform:',
  models: 'Models:',
  monitoring: 'Monitoring:',
  runs: 'Runs:',
  serving: 'Serving:',
} as const;

/** Words that several verbs take. */
export const model = ['<model>', 'name of a model'] as const;
export const target = ['<run-or-model>', 'a run (flight-delay-r3), or a model: its newest run'] as const;
/** Of the verbs that look at a sweep. */
export const swept = ['<run-or-model>', 'a run (flight-delay-r3), or a model: its newest run with a sweep'] as const;
export const rollout = ['<model-or-rollout>', 'a model (its current rollout) or a rollout'] as const;
export const reason = ['--reason <text>', 'why; recorded for ever'] as const;
export const asOf = ['--as-of <instant>', 'a day or an ISO instant of the past'] as const;
