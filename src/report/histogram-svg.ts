import { html, type Markup } from './markup.ts';

export interface HistogramPair {
  readonly labels: readonly string[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** What the colours of a picture mean. */
export const legend: Markup = html`<p class="legend">Shares of rows:<i style="background: var(--old)"></i>reference<i style="background: var(--new)"></i>current<i style="background: var(--moved)"></i>current, drifted</p>`;

const width = 260;
const height = 56;

/** Both windows in one picture, as shares of their own rows on one scale: the reference as areas, the current window as bars on them. */
export function histogramSvg({ labels, reference, current }: HistogramPair, moved: boolean): Markup {
  const [old, now] = [shares(reference), shares(current)];
  const highest = Math.max(...old, ...now, 0);
  if (highest === 0) return html`<span class="plain">no values</span>`;
  const step = width / Math.max(1, labels.length);
  const bar = (kind: string, share: number, at: number, inset: number): Markup => {
    const tall = (share / highest) * height;
    const [x, y, wide] = [at * step + inset, height - tall, Math.max(0.5, step - 2 * inset)].map(short) as Numbers;
    return html`<rect class="${kind}" x="${x}" y="${y}" width="${wide}" height="${short(tall)}"/>`;
  };
  const bars = labels.map(
    (label, at) =>
      html`<g><title>${label}: ${percent(old[at])} → ${percent(now[at])}</title>${bar('old', old[at] ?? 0, at, 0.5)}${bar(moved ? 'moved' : 'new', now[at] ?? 0, at, step / 3.2)}</g>`,
  );
  const [first, last] = [labels[0] ?? '', labels.at(-1) ?? ''];
  return html`<svg width="${width}" height="${height + 13}" viewBox="0 0 ${width} ${height + 13}" role="img" aria-label="reference and current, from ${first} to ${last}">${bars}<line class="axis" x1="0" x2="${width}" y1="${height}" y2="${height}"/><text x="0" y="${height + 11}">${cut(first)}</text><text x="${width}" y="${height + 11}" text-anchor="end">${cut(last)}</text></svg>`;
}

type Numbers = [number, number, number];

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (total === 0 ? 0 : count / total));
}

function percent(share: number | undefined): string {
  return `${((share ?? 0) * 100).toFixed(1)} %`;
}

function cut(text: string): string {
  return text.length > 20 ? `${text.slice(0, 19)}…` : text;
}

/** A page of a thousand columns must stay small. */
function short(value: number): number {
  return Number(value.toFixed(1));
}
