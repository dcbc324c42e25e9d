import { html, type Markup } from './markup.ts';

export interface Curve {
  readonly name: string;
  readonly tone: 'old' | 'new';
  readonly points: readonly (readonly [number, number])[];
  /** Marks each point; for few of them. */
  readonly dots?: boolean;
}

export interface Axes {
  readonly x: string;
  readonly y: string;
  /** Smallest and largest value of both axes. */
  readonly range: readonly [number, number];
  /** What the line from corner to corner means. */
  readonly diagonal: string;
}

const side = 260;
const margin = 34;

/** Curves over a square, with the diagonal as what they are read against. */
export function curveSvg(curves: readonly Curve[], { x, y, range, diagonal }: Axes): Markup {
  const [low, high] = range;
  const span = high > low ? high - low : 1;
  const place = (value: number) => ((value - low) / span) * side;
  const spot = ([across, up]: readonly [number, number]) => [
    short(margin + place(across)),
    short(8 + side - place(up)),
  ];
  const lines = curves.map(({ name, tone, points, dots }) => {
    const spots = points.map(spot);
    const path = spots.map((each) => each.join(',')).join(' ');
    const circles = dots
      ? spots.map(([left, top]) => html`<circle class="${tone}" cx="${left ?? 0}" cy="${top ?? 0}" r="2.5"/>`)
      : [];
    return html`<g><title>${name}</title><polyline class="line ${tone}" points="${path}"/>${circles}</g>`;
  });
  const [left, bottom, right] = [margin, 8 + side, margin + side];
  return html`<svg width="${side + margin + 10}" height="${side + margin + 8}" viewBox="0 0 ${side + margin + 10} ${side + margin + 8}" role="img" aria-label="${y} over ${x}: ${curves.map(({ name }) => name).join(', ')}"><rect class="track" x="${left}" y="8" width="${side}" height="${side}"/><line class="diagonal" x1="${left}" y1="${bottom}" x2="${right}" y2="8"><title>${diagonal}</title></line>${lines}<text x="${left}" y="${bottom + 12}">${label(low)}</text><text x="${right}" y="${bottom + 12}" text-anchor="end">${label(high)}</text><text x="${left - 4}" y="${bottom}" text-anchor="end">${label(low)}</text><text x="${left - 4}" y="16" text-anchor="end">${label(high)}</text><text x="${(left + right) / 2}" y="${bottom + 24}" text-anchor="middle">${x}</text><text transform="translate(10 ${8 + side / 2}) rotate(-90)" text-anchor="middle">${y}</text></svg>`;
}

/** What a colour stands for, beside the pictures. */
export function curveLegend(curves: readonly Pick<Curve, 'name' | 'tone'>[]): Markup {
  return html`<p class="legend">${curves.map(({ name, tone }) => html`<i style="background: var(--${tone})"></i>${name}`)}</p>`;
}

function label(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function short(value: number): number {
  return Number(value.toFixed(1));
}
