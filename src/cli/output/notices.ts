import type { NoticeRecord } from '../../notice/book.ts';
import { formatInstant } from '../../report/numbers.ts';
import type { Style, Tone } from './style.ts';
import { type Cell, renderTable } from './table.ts';

const tones: Readonly<Record<NoticeRecord['state'], Tone>> = {
  sending: 'muted',
  sent: 'good',
  refused: 'bad',
  uncertain: 'warn',
};

/** Newest first: whom, what, and whether it has arrived. */
export function renderNotices(model: string, notices: readonly NoticeRecord[], style: Style): string {
  if (notices.length === 0) return `Nobody was told anything about ${model}; "notify" of its model file says who is.`;
  const columns = [
    { title: 'at (UTC)' },
    { title: 'about' },
    { title: 'to', shrinkTo: 12 },
    { title: '' },
    { title: 'tries', align: 'right', dropOrder: 2 },
    { title: 'text', shrinkTo: 16, dropOrder: 1 },
  ] as const;
  const rows = notices.map(({ at, on, to, state, attempts, why, text }): Cell[] => [
    formatInstant(at),
    { text: on, tone: 'strong' },
    to,
    { text: state, tone: tones[state] },
    String(attempts),
    why === null || state === 'sent' ? text : `${why}; ${text}`,
  ]);
  return renderTable(columns, rows, style);
}
