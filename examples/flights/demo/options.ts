import type { Narrator } from './narrator.ts';

export interface StoryOptions {
  readonly narrator: Narrator;
  readonly state: string;
  /** A person approves instead of the demo. */
  readonly interactive: boolean;
  /** The platform stays up afterwards, until Ctrl-C. */
  readonly keep: boolean;
  readonly signal: AbortSignal;
}
