import type { SweepRecord } from '../sweep/record.ts';
import type { SweepSummary } from '../sweep/summary.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatNumber, formatShare } from './numbers.ts';

/** Where a picture stands. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** How much of the order of trials goes with each parameter. */
export function importanceBars({ importances }: SweepSummary, box: Box): Markup {
  const most = Math.max(0.01, ...importances.map(({ share }) => share));
  const rows = importances.map(({ parameter, share }) => ({
    name: parameter,
    share: share / most,
    text: formatShare(share),
  }));
  return bars('importance', rows, 'needs ten trials with a value', box);
}

/** How many trials came to each step at which one was ended, and to the end. */
export function rungBars({ rungs }: SweepSummary, box: Box): Markup {
  const most = Math.max(1, ...rungs.map(({ reached }) => reached));
  const rows = rungs.map(({ step, reached }) => ({
    name: step === null ? 'to the end' : `step ${step}`,
    share: reached / most,
    text: formatCount(reached),
  }));
  return bars('trials that came to', rows, 'no trial was ended early', box);
}

/** Seconds of training for each trial, in the order in which they ended; all its turns together where it waited at rungs. */
export function costBars({ trials }: SweepRecord, { trials: settled, seconds }: SweepSummary, box: Box): Markup {
  const spent = new Map<number, number>();
  for (const { trial, seconds: one = 0 } of trials) spent.set(trial, (spent.get(trial) ?? 0) + one);
  const most = Math.max(...spent.values(), 0);
  const { left, right, bottom } = box;
  const top = box.top + 26;
  const width = (right - left) / Math.max(1, settled.length);
  const columns = settled.map(({ trial }, at) => {
    const height = most === 0 ? 0 : ((spent.get(trial) ?? 0) / most) * (bottom - top);
    return html`<rect class="c" x="${short(left + at * width)}" y="${short(bottom - height)}" width="${short(Math.max(0.5, width - 1))}" height="${short(height)}"><title>trial ${trial}: ${formatNumber(spent.get(trial) ?? 0)} s</title></rect>`;
  });
  return html`<text class="t" x="${left}" y="${box.top + 10}">seconds of each trial</text><text class="m" x="${right}" y="${box.top + 10}" text-anchor="end">up to ${formatNumber(most)} s, ${formatCount(Math.round(seconds))} s in all</text><line class="a" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>${columns}`;
}

const rowsAtMost = 8;
const rowHeight = 20;
const nameWidth = 110;

function bars(
  title: string,
  rows: readonly { readonly name: string; readonly share: number; readonly text: string }[],
  none: string,
  { left, right, top }: Box,
): Markup {
  const lines = rows.slice(0, rowsAtMost).map(({ name, share, text }, at) => {
    const y = top + 26 + at * rowHeight;
    const start = left + nameWidth;
    const width = short(share * (right - start - 50));
    return html`<text x="${start - 8}" y="${y + 11}" text-anchor="end">${name.slice(0, 16)}</text><rect class="c" x="${start}" y="${y}" width="${width}" height="14"/><text class="m" x="${short(start + width + 6)}" y="${y + 11}">${text}</text>`;
  });
  const empty = rows.length === 0 ? html`<text class="m" x="${left}" y="${top + 36}">${none}</text>` : null;
  return html`<text class="t" x="${left}" y="${top + 10}">${title}</text>${lines}${empty}`;
}

function short(value: number): number {
  return Number(value.toFixed(1));
}
