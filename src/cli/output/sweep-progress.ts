import type { SweepDetail } from '../../api/wire.ts';
import { formatDuration, formatNumber } from '../../report/numbers.ts';
import { paint, type Style } from './style.ts';
import { renderTable } from './table.ts';

type SweepProgress = NonNullable<SweepDetail['progress']>;

/** A sweep that is under way. */
export function renderProgress(progress: SweepProgress, style: Style): string {
  const { run, stage, metric, state, detail, planned, finished, failed, endedEarly, best, budget, rungs } = progress;
  const counts = `${finished} of ${planned} trials finished, ${endedEarly} of them ended early, ${failed} failed`;
  const spent = `${formatDuration(budget.elapsedMs)}${budget.spentUsd > 0 ? `, $${budget.spentUsd.toFixed(2)}` : ''}`;
  return [
    `${paint(style, 'strong', `sweep ${stage} of ${run}`)}  ${metric}  ${state}${detail ? ` (${detail})` : ''}`,
    `  ${counts}; ${spent}`,
    best
      ? `  ${paint(style, 'good', '✔')} best ${formatNumber(best.value)} at trial ${best.trial}  ${parametersOf(best.parameters)}`
      : '  no trial has a value yet',
    ...rungs.map(({ step, reached, ended }) => `  step ${step}: ${reached} reached, ${ended} ended there`),
    '',
    trialTable(progress, style),
  ].join('\n');
}

function trialTable({ running, latest, metric }: SweepProgress, style: Style): string {
  const rows = [
    ...running.map(({ trial, value, step, parameters }) => [
      `${trial}`,
      value === null ? '' : formatNumber(value),
      step === null ? 'running' : `running, step ${step}`,
      parametersOf(parameters),
    ]),
    ...latest.map(({ trial, value, stoppedAt, failure, parameters }) => [
      `${trial}`,
      value === null ? '' : formatNumber(value),
      failure !== undefined ? 'failed' : stoppedAt === undefined ? 'finished' : `ended at step ${stoppedAt}`,
      parametersOf(parameters),
    ]),
  ];
  const titles = [
    { title: 'trial', align: 'right' },
    { title: metric, align: 'right' },
    { title: '' },
    { title: 'parameters', shrinkTo: 20 },
  ] as const;
  return renderTable(titles, rows, { ...style, indent: 2 });
}

function parametersOf(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : value}`)
    .join('  ');
}
