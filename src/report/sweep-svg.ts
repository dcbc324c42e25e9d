import { chanceBand } from '../sweep/chance-band.ts';
import type { SweepRecord, TrialRecord } from '../sweep/record.ts';
import { type Dimension, dimensionsOf } from '../sweep/space.ts';
import { type SweepSummary, summaryOf } from '../sweep/summary.ts';
import { html, type Markup } from './markup.ts';
import { formatNumber } from './numbers.ts';
import { costBars, importanceBars, rungBars } from './sweep-bars.ts';

const width = 900;
const [left, right] = [70, width - 30];
const bestBox = { top: 46, bottom: 236 };
const parallelBox = { top: 296, bottom: 516 };
const barBox = { top: 576, bottom: 770 };
const height = 900;
const style =
  'text{font:12px system-ui,sans-serif;fill:#333}.t{font-size:15px;font-weight:600}.m{fill:#777}.a{stroke:#bbb}path{fill:none}.n{stroke:#9db4c8;stroke-opacity:.45}.g{stroke:#e08a1e;stroke-opacity:.8}.b{stroke:#0a7d4b;stroke-width:2.5}circle,.c{fill:#9db4c8}path.r{fill:#0a7d4b;fill-opacity:.12}';

/** The best so far over the trials with what chance would show, parallel coordinates (the best tenth in orange, the best one in green), importance, rungs and cost. */
export function sweepSvg(record: SweepRecord): string {
  const summary = summaryOf(record);
  const { run, stage, metric } = record;
  const { trials } = summary;
  const of = { ...record, trials };
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img"><style>${style}</style><rect width="${width}" height="${height}" fill="#fff"/><text class="t" x="${left}" y="26">sweep ${stage} of ${run}: ${metric} of ${trials.length} trials, the best so far, and what chance would show</text>${bestCurve(of, summary)}<text class="t" x="${left}" y="276">parameters</text>${coordinates(of, summary)}${importanceBars(summary, { left, right: 480, ...barBox })}${rungBars(summary, { left: 500, right, ...barBox })}${costBars(record, summary, { left, right, top: 790, bottom: 880 })}</svg>`
    .markup;
}

function bestCurve({ trials, direction }: SweepRecord, { bestSoFar }: SweepSummary): Markup {
  const values = trials.map(({ value, stoppedAt }) => (stoppedAt === undefined ? value : null));
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return html`<text x="${left}" y="140">no trial has a value</text>`;
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const x = (at: number) => short(left + ((at + 0.5) / trials.length) * (right - left));
  const y = (value: number) =>
    short(bestBox.bottom - ((value - low) / (high - low || 1)) * (bestBox.bottom - bestBox.top));
  const dots = values.flatMap((value, at) =>
    value === null ? [] : [html`<circle cx="${x(at)}" cy="${y(value)}" r="3"/>`],
  );
  const steps = bestSoFar.flatMap((value, at) => {
    const before = bestSoFar[at - 1] ?? value;
    return value === null || before === null ? [] : [`${x(at)} ${y(before)} L${x(at)} ${y(value)}`];
  });
  const band = chanceBand(values, direction).flatMap((each, at) => (each ? [{ ...each, at }] : []));
  const around = [
    ...band.map(({ high: top, at }) => `${x(at)} ${y(top)}`),
    ...band.toReversed().map(({ low: bottom, at }) => `${x(at)} ${y(bottom)}`),
  ];
  return html`<path class="r" d="M${around.join(' L')} Z"><title>the best so far of the same trials in random order, 80 % of orders</title></path><line class="a" x1="${left}" x2="${right}" y1="${bestBox.bottom}" y2="${bestBox.bottom}"/><text class="m" x="${left - 6}" y="${bestBox.top + 4}" text-anchor="end">${formatNumber(high)}</text><text class="m" x="${left - 6}" y="${bestBox.bottom + 4}" text-anchor="end">${formatNumber(low)}</text>${dots}<path class="b" d="M${steps.join(' L')}"/>`;
}

function coordinates(record: SweepRecord, { best, importances }: SweepSummary): Markup {
  const rank = new Map(importances.map(({ parameter }, at) => [parameter, at]));
  const axes = dimensionsOf(record.space).toSorted((a, b) => (rank.get(a.name) ?? 0) - (rank.get(b.name) ?? 0));
  const gap = axes.length > 1 ? (right - left - 40) / (axes.length - 1) : 0;
  const x = (axis: number) => short(left + 20 + axis * gap);
  const sign = record.direction === 'maximize' ? -1 : 1;
  const valued = record.trials
    .filter(({ value, stoppedAt }) => value !== null && stoppedAt === undefined)
    .sort((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)));
  const good = new Set(valued.slice(0, Math.ceil(valued.length / 10)));
  const kind = (trial: TrialRecord) => (trial === best ? 'b' : good.has(trial) ? 'g' : 'n');
  // The best ones last, so that they lie on top.
  const lines = ['n', 'g', 'b'].flatMap((drawn) =>
    record.trials.filter((trial) => kind(trial) === drawn).map((trial) => lineOf(trial, axes, x, drawn)),
  );
  return html`${lines}${axes.map((axis, at) => axisOf(axis, x(at), at % 2))}`;
}

/** A trial without a parameter has a gap there. */
function lineOf(trial: TrialRecord, axes: readonly Dimension[], x: (axis: number) => number, drawn: string): Markup {
  let isOpen = false;
  const path = axes.flatMap((axis, at) => {
    const value = trial.parameters[axis.name];
    const place = value === undefined ? Number.NaN : axis.encode(value);
    const move = isOpen ? 'L' : 'M';
    isOpen = !Number.isNaN(place);
    return isOpen ? [`${move}${x(at)} ${heightOf(axis, place)}`] : [];
  });
  return html`<path class="${drawn}" d="${path.join(' ')}"><title>trial ${trial.trial}: ${trial.value === null ? 'failed' : formatNumber(trial.value)}</title></path>`;
}

function heightOf({ kind, count }: Dimension, place: number): number {
  const share = kind === 'choice' ? (place + 0.5) / count : place;
  return short(parallelBox.bottom - share * (parallelBox.bottom - parallelBox.top));
}

/** Names of neighbours stand on two lines, as they would run into each other. */
function axisOf(axis: Dimension, x: number, line: number): Markup {
  const { top, bottom } = parallelBox;
  const values =
    axis.kind === 'choice'
      ? Array.from({ length: axis.count }, (_, at) => [axis.decode(at), heightOf(axis, at)] as const)
      : ([0, 1] as const).map((end) => [axis.decode(end), heightOf(axis, end)] as const);
  const labels = values.map(
    ([value, y]) =>
      html`<text class="m" x="${x + 4}" y="${y + 4}">${typeof value === 'number' ? formatNumber(value) : String(value)}</text>`,
  );
  return html`<line class="a" x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"/><text x="${x}" y="${bottom + 22 + line * 15}" text-anchor="middle">${axis.name}</text>${labels}`;
}

function short(value: number): number {
  return Number(value.toFixed(1));
}
