import type { CandidateEvaluation, EvaluationReport } from '../../evaluation/report.ts';
import { formatCount, formatInterval, formatNumber, formatShare, formatSigned } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { renderTable } from './table.ts';

/** Slices that were found by looking through columns and pairs of them, with the extra loss that is shown for all of them together. */
export function foundSlices({ worstSlices = [] }: CandidateEvaluation, style: Style): string[] {
  if (worstSlices.length === 0) return [];
  const { metric } = worstSlices[0] as (typeof worstSlices)[number];
  const columns = [
    { title: 'found worst', shrinkTo: 24, folds: true },
    { title: 'against', dropOrder: 2 },
    { title: 'extra loss', align: 'right' },
    { title: 'interval', dropOrder: 1 },
    { title: metric, align: 'right' },
    { title: 'champion', align: 'right', dropOrder: 3 },
    { title: 'n', align: 'right' },
  ] as const;
  const rows = worstSlices.map(({ where, against, extraLoss, interval, challenger, champion, n }) => [
    where.map(({ column, value }) => `${column}=${value}`).join(', '),
    against,
    formatSigned(extraLoss),
    formatInterval(interval),
    formatNumber(challenger),
    formatNumber(champion),
    formatCount(n),
  ]);
  return [renderTable(columns, rows, { ...style, indent: 2 }), ''];
}

/** Rows that only one of the two answers rightly. */
export function switchLine({ labelSwitches }: CandidateEvaluation): string[] {
  if (!labelSwitches) return [];
  const { onlyChallenger, onlyChampion, blockP } = labelSwitches;
  const doubt = blockP === null ? '' : `, p ${formatNumber(blockP)} with days kept whole (McNemar)`;
  return [
    `only it is right on ${formatCount(onlyChallenger)} rows, only the champion on ${formatCount(onlyChampion)}${doubt}`,
  ];
}

/** Versions that the plan names, and every version on the rows that stay the same; one block each. */
export function renderShown({ others = [], standard, champion }: EvaluationReport, style: Style): string[] {
  const blocks: string[] = [];
  if (others.length > 0) {
    const names = others[0]?.comparisons.slice(0, 4).map(({ metric }) => metric) ?? [];
    const rows = others.map(({ version, comparisons }) => [
      `v${version}`,
      ...comparisons.slice(0, 4).map(({ challenger }) => formatNumber(challenger)),
      champion ? formatSigned(comparisons[0]?.difference) : '',
      formatInterval(comparisons[0]?.interval ?? null),
    ]);
    const columns = ['shown beside', ...names, 'vs champion', 'interval'].map((title) => ({ title }));
    blocks.push(renderTable(columns, rows, style));
  }
  if (standard) blocks.push(standardTable(standard, style));
  return blocks;
}

function standardTable(
  { rows, from, to, id, versions }: NonNullable<EvaluationReport['standard']>,
  style: Style,
): string {
  const names = Object.keys(versions[0]?.metrics ?? {}).slice(0, 4);
  const lines = versions.map(({ version, metrics, seenInTraining }) => [
    `v${version}`,
    ...names.map((name) => formatNumber(metrics[name])),
    seenInTraining ? `trained on ${formatShare(seenInTraining)} of it` : '',
  ]);
  const head = `Standard set: ${formatCount(rows)} rows, ${from.slice(0, 10)} to ${to.slice(0, 10)}`;
  const columns = ['version', ...names, ''].map((title) => ({ title }));
  return `${paint(style, 'strong', head)} ${paint(style, 'muted', id.slice(0, 12))}\n${renderTable(columns, lines, { ...style, indent: 2 })}`;
}
