import type { BesideReport } from '../../evaluation/report.ts';
import { formatCount, formatNumber, formatShare, formatSigned } from '../../report/numbers.ts';
import { notLoadedText } from '../../report/version-beside.ts';
import { paint, type Style, type Tone } from './style.ts';
import { renderTable } from './table.ts';

/** What was looked at besides the metrics: one block each for leaks, for other answers, and for the load. */
export function renderBeside({ leaks, differences, load, notLoaded = [] }: BesideReport, style: Style): string[] {
  return [
    ...(leaks.length > 0 ? [leakLines(leaks, style)] : []),
    ...(differences.length > 0 ? [differenceTable(differences, style)] : []),
    ...(load.length > 0 ? [loadTable(load, style)] : []),
    ...(notLoaded.length > 0 ? [`Not put under load: ${notLoadedText(notLoaded)}`] : []),
  ];
}

const tones: Readonly<Record<'info' | 'warning' | 'critical', Tone>> = {
  info: 'muted',
  warning: 'warn',
  critical: 'bad',
};

function leakLines(leaks: BesideReport['leaks'], style: Style): string {
  const lines = leaks.map(({ severity, column, says }) => {
    return `  ${paint(style, tones[severity], severity)}  ${column === null ? '' : `${column} `}${says}`;
  });
  return [paint(style, 'strong', 'Leaks and skew'), ...lines].join('\n');
}

function differenceTable(differences: BesideReport['differences'], style: Style): string {
  const columns = [
    { title: 'answers otherwise than the champion', shrinkTo: 16 },
    { title: 'rows', align: 'right' },
    { title: 'flipped', align: 'right' },
    { title: 'mean change', align: 'right' },
    { title: 'largest', align: 'right' },
    { title: 'most in', shrinkTo: 12, dropOrder: 1 },
  ] as const;
  const rows = differences.map(({ version, over, difference }) => {
    const [most] = difference.slices;
    return [
      `v${version}, ${over === 'holdout' ? 'hold-out' : 'last requests'}`,
      formatCount(difference.rows),
      formatShare(difference.rows === 0 ? 0 : difference.flipped / difference.rows),
      formatSigned(difference.change.mean),
      formatNumber(difference.change.quantiles.max),
      most ? `${most.column}=${most.value} (${formatShare(most.flipped / most.rows)})` : '',
    ];
  });
  return renderTable(columns, rows, style);
}

function loadTable(load: BesideReport['load'], style: Style): string {
  const columns = [
    { title: 'under load' },
    { title: 'p50 ms', align: 'right' },
    { title: 'p99 ms', align: 'right' },
    { title: 'a second', align: 'right' },
    { title: 'errors', align: 'right' },
    { title: 'knee, a second', align: 'right', dropOrder: 1 },
    { title: 'memory MiB', align: 'right', dropOrder: 2 },
    { title: 'load ms', align: 'right', dropOrder: 3 },
  ] as const;
  const rows = load.map((each) => [
    `v${each.version}`,
    formatNumber(each.p50Ms),
    formatNumber(each.p99Ms),
    formatCount(Math.round(each.answeredPerSecond)),
    formatCount(each.errors),
    each.kneePerSecond === null ? '—' : formatCount(each.kneePerSecond),
    formatCount(Math.round(each.memoryMiB)),
    formatCount(Math.round(each.loadMs)),
  ]);
  return renderTable(columns, rows, style);
}
