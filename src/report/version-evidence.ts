import { gateDirection } from '../evaluation/gate-direction.ts';
import type { CandidateEvaluation, GateResult, Verdict } from '../evaluation/report.ts';
import { differenceScale, intervalSvg } from './interval-svg.ts';
import { html, type Markup } from './markup.ts';
import { formatCount, formatInterval, formatNumber, formatSigned } from './numbers.ts';
import { badge, type Section } from './page.ts';
import { table } from './page-table.ts';
import { servingWords } from './serving-words.ts';

const verdicts: Readonly<Record<Verdict, Markup>> = {
  pass: badge('good', 'pass'),
  fail: badge('bad', 'fail'),
  inconclusive: badge('warn', 'inconclusive'),
};

/** Each gate with its figures, and what would have passed. */
export function gateSection(
  { gates }: Pick<CandidateEvaluation, 'gates'>,
  own?: Pick<CandidateEvaluation, 'serving'>,
): Section {
  const body = table(
    ['gate', '', { number: 'value' }, { number: 'interval' }, { number: 'rows' }, ''],
    gates.flatMap((gate) => gateRows(gate, 0)),
  );
  return { title: 'Gates', body: own ? html`${body}<p class="legend">${servingWords(own)}</p>` : body };
}

/** A combination, and below it each of its conditions. */
function gateRows(gate: GateResult, depth: number): Markup[][] {
  return [gateRow(gate, depth), ...(gate.parts ?? []).flatMap((part) => gateRows(part, depth + 1))];
}

function gateRow(result: GateResult, depth: number): Markup[] {
  const { name, gate, verdict, value, interval, n, threshold, counterfactual, note, rowsNeeded } = result;
  const relative = result.basis?.kind === 'versus';
  const says = [
    counterfactual,
    ...(rowsNeeded === undefined ? [] : [`about ${formatCount(rowsNeeded)} rows would do, if the difference stays`]),
    ...(note === undefined ? [] : [note]),
  ].filter((words) => words !== '');
  return [
    html`<span class="${['', 'inner', 'inner deeper'][Math.min(depth, 2)] ?? ''}"><strong>${name}</strong>${name.endsWith(threshold) ? null : html`<small>${threshold}</small>`}</span>`,
    gate.dryRun ? html`${verdicts[verdict]}<small>only reported</small>` : verdicts[verdict],
    html`${relative ? formatSigned(value) : formatNumber(value)}`,
    html`${formatInterval(interval, relative)}`,
    html`${formatCount(n)}`,
    html`${says.map((words) => html`<small>${words}</small>`)}`,
  ];
}

/** Every metric, and its difference from the champion's as a picture on a scale of its own. */
export function comparisonSection({ comparisons, metrics }: CandidateEvaluation): Section {
  const compared = comparisons.some(({ champion }) => champion !== null);
  if (!compared) {
    const rows = Object.entries(metrics).map(([name, value]) => [html`${name}`, html`${formatNumber(value)}`]);
    return { title: 'Metrics', body: table(['metric', { number: 'value' }], rows) };
  }
  const rows = comparisons.map(({ metric, challenger, champion, difference, interval }) => {
    const shown = { value: difference, interval, better: betterSide(metric) };
    return [
      html`<strong>${metric}</strong>`,
      html`${formatNumber(champion)}`,
      html`${formatNumber(challenger)}`,
      html`${formatSigned(difference)} ${formatInterval(interval)}`,
      intervalSvg(shown, differenceScale([shown])),
    ];
  });
  const head = ['metric', { number: 'champion' }, { number: 'this version' }, { number: 'difference' }, ''] as const;
  return { title: 'Against the champion', body: table(head, rows) };
}

/** Slices on one scale, most rows first: where it gains and where it loses. */
export function sliceSection({ slices }: CandidateEvaluation): Section {
  const shown = slices.flatMap(({ column, value, n, comparisons: [first] }) =>
    first ? [{ column, value, n, first }] : [],
  );
  const differences = shown.map(({ first }) => ({
    ...{ value: first.difference, interval: first.interval, better: betterSide(first.metric) },
  }));
  const scale = differenceScale(differences);
  const rows = shown.map(({ column, value, n, first }, at) => [
    html`${column} = <strong>${value}</strong>`,
    html`${formatCount(n)}`,
    html`${formatNumber(first.challenger)}`,
    html`${formatSigned(first.difference)} ${formatInterval(first.interval)}`,
    intervalSvg(differences[at] ?? { value: null, interval: null, better: null }, scale),
  ]);
  const metric = shown[0]?.first.metric ?? 'value';
  const head = ['slice', { number: 'rows' }, { number: metric }, { number: 'difference' }, ''] as const;
  return { title: `Slices by ${metric}`, body: table(head, rows) };
}

function betterSide(metric: string): 'higher' | 'lower' | null {
  return metric === 'classBalance' ? null : gateDirection(metric);
}
