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
  return renderTable(columns, gates.flatMap(rows), style);
}

/** A combination, and below it each of its conditions. */
function rows(result: GateResult): Cell[][] {
  const inner = (part: GateResult, depth: number): Cell[][] => [
    row({ ...part, name: `${'  '.repeat(depth)}${part.name}` }),
    ...(part.parts ?? []).flatMap((each) => inner(each, depth + 1)),
  ];
  return inner(result, 0);
}

function row(result: GateResult): Cell[] {
  const { name, gate, verdict, value, interval, n, counterfactual, note, rowsNeeded, parts } = result;
  const enough = rowsNeeded === undefined ? [] : [`about ${formatCount(rowsNeeded)} rows would do`];
  const says = [...(parts ? [] : [counterfactual]), ...enough, ...(note === undefined ? [] : [note])];
  const relative = result.basis ? result.basis.kind === 'versus' : 'versus' in gate && gate.versus === 'champion';
  const mark = verdictMark(verdict);
  const word = gate.dryRun ? `${mark.word} (dry run)` : mark.word;
  return [
    name,
    relative ? formatSigned(value) : formatNumber(value),
    formatInterval(interval, relative),
    formatCount(n),
    { text: `${mark.glyph} ${word}`, tone: mark.tone },
    { text: says.filter((words) => words !== '').join('; '), tone: 'muted' },
  ];
}
