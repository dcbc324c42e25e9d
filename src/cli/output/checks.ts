import type { CheckSummary, CheckVerdict, FindingCounts } from '../../alarm/check-record.ts';
import { findingKinds } from '../../alarm/finding.ts';
import { formatDay, formatDuration } from '../../report/numbers.ts';
import type { Style, Tone } from './style.ts';
import { type Cell, renderTable } from './table.ts';

const verdicts: Readonly<Record<CheckVerdict, readonly [tone: Tone, text: string]>> = {
  alarm: ['bad', '✖ alarm'],
  quiet: ['good', '✔ quiet'],
  'no-champion': ['muted', '– no champion'],
  'too-little-data': ['warn', '● too little data'],
};

/** One line a check, newest first, and how to see more. */
export function renderChecks(model: string, checks: readonly CheckSummary[], limit: number, style: Style): string {
  const [newest] = checks;
  const last = checks.at(-1);
  if (newest === undefined || last === undefined) return `${model} has not been checked yet: perennial check ${model}`;
  const columns = [
    { title: 'as of' },
    { title: 'verdict' },
    { title: 'champion', dropOrder: 2 },
    { title: 'findings', shrinkTo: 40, folds: true },
    { title: 'took', align: 'right', dropOrder: 3 },
    { title: 'trigger', dropOrder: 4, shrinkTo: 10 },
    { title: 'summary', shrinkTo: 16, dropOrder: 1 },
  ] as const;
  const more = checks.length === limit ? [`  perennial checks ${model} --before ${formatDay(last.asOf)}`] : [];
  return [
    renderTable(columns, checks.map(row), style),
    `  perennial checks ${model} --show ${formatDay(newest.asOf).replace(' ', 'T')}`,
    ...more.map((line) => line.replace(/(\d) (\d)/, '$1T$2')),
  ].join('\n');
}

function row({ asOf, verdict, champion, findings, durations, trigger, summary }: CheckSummary): Cell[] {
  const [tone, text] = verdicts[verdict];
  const ms = Object.values(durations).reduce((sum, each) => sum + each, 0);
  return [
    formatDay(asOf),
    { text, tone },
    champion === null ? '–' : `v${champion}`,
    countsText(findings),
    ms === 0 ? '–' : ms < 1_000 ? '<1s' : formatDuration(ms),
    trigger.kind === trigger.by ? trigger.kind : `${trigger.kind} by ${trigger.by}`,
    summary,
  ];
}

/** "3 drift (1 critical), 2 quality"; infos are not counted, because they alarm nobody. */
function countsText(counts: FindingCounts): string {
  const parts = findingKinds.flatMap((kind) => {
    const { warning = 0, critical = 0 } = counts[kind] ?? {};
    if (warning + critical === 0) return [];
    return [`${warning + critical} ${kind}${critical > 0 ? ` (${critical} critical)` : ''}`];
  });
  return parts.join(', ') || '–';
}
