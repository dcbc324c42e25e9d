import { formatCount, formatNumber, formatShare } from '../../report/numbers.ts';
import type { Prior } from '../../sweep/prior.ts';
import { type SweepRecord, type TrialRecord, tookMs } from '../../sweep/record.ts';
import { type Dimension, dimensionsOf } from '../../sweep/space.ts';
import { type SweepSummary, summaryOf } from '../../sweep/summary.ts';
import { paint, type Style } from './style.ts';
import { bestPicture } from './sweep-best.ts';
import { renderTable } from './table.ts';

const strip = 24;

/** A sweep that has ended: how it went, the best so far over time, where the best trials lie in each parameter, and what it cost. */
export function renderSweep(kept: SweepRecord, style: Style): string {
  const summary = summaryOf(kept);
  const record = { ...kept, trials: summary.trials };
  const parts = [
    heading(record, summary, style),
    bestPicture(record, summary.bestSoFar, style),
    parameterTable(record, summary, style),
    bestTrials(record, style),
    rungLines(summary, style),
    costLine(kept, summary, style),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function heading(
  record: SweepRecord,
  { finished, failed, endedEarly, repeated, best }: SweepSummary,
  style: Style,
): string {
  const { run, stage, metric, direction, sampler, cutOff, ended, prior } = record;
  const more = [
    endedEarly > 0 ? `${endedEarly} ended early` : '',
    failed > 0 ? `${failed} failed` : '',
    repeated > 0 ? `${repeated} known already` : '',
    cutOff.length > 0 ? `${cutOff.length} ended with the sweep` : '',
  ].filter((part) => part !== '');
  const counts = `${formatCount(finished)} trials finished${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
  return [
    `${paint(style, 'strong', `sweep ${stage} of ${run}`)}  ${metric}, ${direction === 'maximize' ? 'higher' : 'lower'} is better  ${paint(style, 'muted', `sampler ${sampler}`)}`,
    `  ${counts}; ended: ${ended}`,
    best
      ? `  ${paint(style, 'good', '✔')} best ${formatNumber(best.value ?? 0)} at trial ${best.trial}`
      : '  no trial has a value',
    ...(prior ? [`  ${paint(style, 'muted', priorWords(prior))}`] : []),
  ].join('\n');
}

function priorWords({ trials }: Prior): string {
  const sweeps = new Set(trials.map(({ age }) => age)).size;
  return `warm start: ${formatCount(trials.length)} trials of ${sweeps === 1 ? 'the last sweep' : `the last ${sweeps} sweeps`}`;
}

/** Parallel coordinates turned on their side: a line a parameter, with all trials, the best tenth, and the very best. */
function parameterTable(record: SweepRecord, { importances, best }: SweepSummary, style: Style): string {
  const dimensions = dimensionsOf(record.space);
  const shares = new Map(importances.map(({ parameter, share }) => [parameter, share]));
  const ordered = dimensions.toSorted((a, b) => (shares.get(b.name) ?? 0) - (shares.get(a.name) ?? 0));
  const good = bestFirst(record);
  const top = good.slice(0, Math.max(1, Math.ceil(good.length / 10)));
  const rows = ordered.map((dimension) => [
    dimension.name,
    importances.length > 0 ? formatShare(shares.get(dimension.name) ?? 0) : '',
    endOf(dimension, 'low'),
    stripOf(dimension, { all: record.trials, top, best }, style),
    endOf(dimension, 'high'),
    shown(best?.parameters[dimension.name]),
  ]);
  const titles = [
    { title: 'parameter', shrinkTo: 12 },
    { title: 'importance', align: 'right', dropOrder: 1 },
    { title: 'from', align: 'right', dropOrder: 3 },
    { title: '· all ● best tenth ◆ best' },
    { title: 'to', dropOrder: 2 },
    { title: 'best', align: 'right' },
  ] as const;
  return dimensions.length === 0 ? '' : renderTable(titles, rows, { ...style, indent: 2 });
}

function stripOf(
  dimension: Dimension,
  {
    all,
    top,
    best,
  }: { readonly all: readonly TrialRecord[]; readonly top: readonly TrialRecord[]; readonly best: TrialRecord | null },
  style: Style,
): string {
  const marks = new Array<string>(strip).fill(' ');
  const put = (trials: readonly TrialRecord[], mark: string) => {
    for (const { parameters } of trials) {
      const value = parameters[dimension.name];
      const place = value === undefined ? Number.NaN : dimension.encode(value);
      if (Number.isNaN(place)) continue;
      const share = dimension.kind === 'choice' ? (place + 0.5) / dimension.count : place;
      marks[Math.min(strip - 1, Math.floor(share * strip))] = mark;
    }
  };
  put(all, '·');
  put(top, '●');
  put(best ? [best] : [], '◆');
  return marks.map((mark) => paint(style, mark === '◆' ? 'good' : mark === '·' ? 'muted' : 'plain', mark)).join('');
}

function endOf({ kind, count, decode }: Dimension, end: 'low' | 'high'): string {
  if (kind === 'choice') return shown(decode(end === 'low' ? 0 : count - 1));
  return shown(decode(end === 'low' ? 0 : 1));
}

function bestTrials(record: SweepRecord, style: Style): string {
  const rows = bestFirst(record)
    .slice(0, 5)
    .map(({ trial, value, parameters }) => [
      `${trial}`,
      formatNumber(value ?? 0),
      Object.entries(parameters)
        .map(([name, one]) => `${name} ${shown(one)}`)
        .join('  '),
    ]);
  const titles = [
    { title: 'trial', align: 'right' },
    { title: record.metric, align: 'right' },
    { title: 'parameters', shrinkTo: 20, folds: true },
  ] as const;
  return rows.length === 0 ? '' : renderTable(titles, rows, { ...style, indent: 2 });
}

function rungLines({ rungs }: SweepSummary, style: Style): string {
  const most = Math.max(1, ...rungs.map(({ reached }) => reached));
  return rungs
    .map(({ step, reached }) => {
      const bar = '█'.repeat(Math.round((reached / most) * strip));
      const name = step === null ? 'to the end' : `step ${step}`;
      return `  ${name.padStart(10)}  ${paint(style, 'accent', bar)} ${formatCount(reached)}`;
    })
    .join('\n');
}

function costLine(record: SweepRecord, { seconds }: SweepSummary, style: Style): string {
  const { usd, trials } = record;
  const each = trials.flatMap(({ seconds: one }) => (one === undefined ? [] : [one])).sort((a, b) => a - b);
  const took = Math.round(tookMs(record) / 1000);
  const money = usd > 0 ? `; $${usd.toFixed(2)} for machines` : '';
  const perTrial =
    each.length > 0
      ? `; a trial ${formatNumber(each[each.length >> 1] ?? 0)} s (${formatNumber(each[0] ?? 0)} to ${formatNumber(each.at(-1) ?? 0)})`
      : '';
  const total = `${formatCount(Math.round(seconds))} s of training in ${formatCount(took)} s`;
  return paint(style, 'muted', `  ${total}${perTrial}${money}`);
}

/** Trained to their end, with a value. */
function bestFirst({ trials, direction }: SweepRecord): TrialRecord[] {
  const sign = direction === 'maximize' ? -1 : 1;
  return trials
    .filter(({ value, stoppedAt, repeats }) => value !== null && stoppedAt === undefined && repeats === undefined)
    .sort((a, b) => sign * ((a.value ?? 0) - (b.value ?? 0)) || a.trial - b.trial);
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}
