import type { NoticeWord } from '../plan/schema-notify.ts';

/** One event as people are told of it. */
export interface Notice {
  /** Names the event for ever: the same one is told nobody twice. */
  readonly event: string;
  readonly on: NoticeWord;
  readonly model: string;
  readonly run: string | null;
  readonly version: number | null;
  readonly text: string;
  /** Instant of the telling, ISO. */
  readonly at: string;
  /** Opens the evidence in a browser; null where there is none to look at. */
  readonly link: string | null;
}

/** What a person does next, ready to paste. */
export function nextCommand({ on, model, run }: Pick<Notice, 'on' | 'model' | 'run'>): string {
  if (on === 'approval' && run !== null) return `perennial approve ${run}`;
  if (on === 'alarm' || on === 'alarm-closed') return `perennial alarms ${model}`;
  return run === null ? `perennial status ${model}` : `perennial watch ${run}`;
}
