import type { NoticeWord } from '../plan/schema-notify.ts';
import { type Notice, nextCommand } from './notice.ts';

const words: Readonly<Record<NoticeWord, string>> = {
  alarm: 'alarm',
  'alarm-closed': 'alarm closed',
  approval: 'waits for approval',
  promoted: 'promoted',
  rollback: 'rolled back',
  rejected: 'rejected',
  failed: 'failed',
  forced: 'gates overruled',
};

/** Plain text: it reads the same everywhere, and loads nothing. */
export function mailText(notice: Notice): { readonly subject: string; readonly text: string } {
  const { on, model, run, version, text, link } = notice;
  const name = version === null ? model : `${model}@${version}`;
  return {
    subject: `[Perennial] ${name}: ${words[on]}`,
    text: [
      text,
      ...(link === null ? [] : ['', `Evidence: ${link}`]),
      ...['', `Next:     ${nextCommand(notice)}`],
      ...['', `${run === null ? `Model ${model}` : `Run ${run}`}, told at ${notice.at}.`, ''],
    ].join('\n'),
  };
}
