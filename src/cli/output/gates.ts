import type { GateResult } from '../../evaluation/report.ts';
import { formatCount, formatInterval, formatNumber, formatSigned } from '../../report/numbers.ts';
import type { Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** Each gate with its value, interval, sample and verdict; what failed says what would have passed. */
export function renderGates(gates: readonly GateResult[], style: Style & { readonly indent?: number }): string {
  if (gates.length === 0) return `${' '.repeat(style.indent ?? 0)}no gates`;
  const columns = [
    { title: 'gate', shrinkTo: 20 },
    { title: 'value', align: 'right' },
    { title: 'interval', dropOrder: 2 },
    { title: 'n', align: 'right', dropOrder: 1 },
    { title: 'verdict' },
    { title: '', shrinkTo: 16, dropOrder: 3 },
  ] as const;
  return renderTable(columns, gates.map(row), style);
}

function row(result: GateResult): Cell[] {
  const { name, gate, verdict, value, interval, n, counterfactual } = result;
  const relative = 'versus' in gate && gate.versus === 'champion';
  const mark = verdictMark(verdict);
  const word = gate.dryRun ? `${mark.word} (dry run)` : mark.word;
  return [
    name,
    relative ? formatSigned(value) : formatNumber(value),
    formatInterval(interval, relative),
    formatCount(n),
    { text: `${mark.glyph} ${word}`, tone: mark.tone },
    { text: counterfactual, tone: 'muted' },
  ];
}
