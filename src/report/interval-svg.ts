import type { Interval } from '../evaluation/report.ts';
import { html, type Markup } from './markup.ts';
import { formatSigned } from './numbers.ts';

export interface Difference {
  readonly value: number | null;
  readonly interval: Interval | null;
  /** Which side of 0 is better; null where neither is. */
  readonly better: 'higher' | 'lower' | null;
}

const width = 220;
const height = 22;

/** The scale that shows all of these differences, 0 in its middle. */
export function differenceScale(differences: readonly Difference[]): number {
  const ends = differences.flatMap(({ value, interval }) => [value ?? 0, interval?.low ?? 0, interval?.high ?? 0]);
  return Math.max(...ends.map(Math.abs), 1e-9);
}

/** A difference with its interval, beside a line for "no difference": wholly on the good side green, wholly on the other red. */
export function intervalSvg({ value, interval, better }: Difference, scale: number): Markup {
  if (value === null) return html`<span class="plain">–</span>`;
  const place = (at: number) => Number((width / 2 + (at / scale) * (width / 2 - 6)).toFixed(1));
  const [low, high] = [interval?.low ?? value, interval?.high ?? value];
  const tone = toneOf(low, high, better);
  const says = `${formatSigned(value)}${interval ? ` (${formatSigned(low)} to ${formatSigned(high)})` : ''}`;
  return html`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${says}"><title>${says}</title><line class="zero" x1="${width / 2}" x2="${width / 2}" y1="2" y2="${height - 2}"/><line class="whisker ${tone}" x1="${place(low)}" x2="${place(high)}" y1="${height / 2}" y2="${height / 2}"/><circle class="spot ${tone}" cx="${place(value)}" cy="${height / 2}" r="4"/></svg>`;
}

function toneOf(low: number, high: number, better: Difference['better']): 'good' | 'bad' | 'unsure' {
  if (better === null || (low <= 0 && high >= 0)) return 'unsure';
  return (better === 'higher') === low > 0 ? 'good' : 'bad';
}
