import type { GateResult } from '../../evaluation/report.ts';
import { formatCount, formatInterval, formatNumber, formatSigned } from '../../report/numbers.ts';
import { paint, type Style, wrap } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { verdictMark } from './verdict.ts';

/** From here on what would have passed stands beside the verdict, and not below the table. */
const besideFrom = 110;

/** Each gate with its value, interval, sample and verdict; what failed says what would have passed. */
export function renderGates(gates: readonly GateResult[], style: Style & { readonly indent?: number }): string {
  if (gates.length === 0) return `${' '.repeat(style.indent ?? 0)}no gates`;
  const beside = style.width >= besideFrom;
  const columns = [
    { title: 'gate', shrinkTo: 24, folds: true },
    { title: 'value', align: 'right' },
    { title: 'interval', dropOrder: 2 },
    { title: 'n', align: 'right', dropOrder: 1 },
    { title: 'verdict' },
    ...(beside ? [{ title: '', shrinkTo: 16, folds: true } as const] : []),
  ] as const;
  const table = renderTable(columns, gates.flatMap(rows), style);
  return [table, ...(beside ? [] : adviceLines(gates, style))].join('\n');
}

/** What would have passed, once for all gates of which the same is said. */
function adviceLines(gates: readonly GateResult[], style: Style & { readonly indent?: number }): string[] {
  const told = new Map<string, string[]>();
  for (const { name, ...result } of gates.flatMap(withParts)) {
    const says = adviceOf(result);
    if (says !== '') told.set(says, [...(told.get(says) ?? []), name]);
  }
  const start = ' '.repeat((style.indent ?? 0) + 2);
  return [...told].flatMap(([says, [first = '', ...others]]) => {
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return wrap(`${first}${more}: ${says}`, style.width - start.length).map(
      (line) => start + paint(style, 'muted', line),
    );
  });
}

const withParts = (gate: GateResult): GateResult[] => [gate, ...(gate.parts ?? []).flatMap(withParts)];

function adviceOf({ counterfactual, note, rowsNeeded, parts }: Omit<GateResult, 'name'>): string {
  const enough = rowsNeeded === undefined ? [] : [`about ${formatCount(rowsNeeded)} rows would do`];
  const says = [...(parts ? [] : [counterfactual]), ...enough, ...(note === undefined ? [] : [note])];
  return says.filter((words) => words !== '').join('; ');
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
  const { name, gate, verdict, value, interval, n } = result;
  const relative = result.basis ? result.basis.kind === 'versus' : 'versus' in gate && gate.versus === 'champion';
  const mark = verdictMark(verdict);
  const word = gate.dryRun ? `${mark.word} (dry run)` : mark.word;
  return [
    name,
    relative ? formatSigned(value) : formatNumber(value),
    formatInterval(interval, relative),
    formatCount(n),
    { text: `${mark.glyph} ${word}`, tone: mark.tone },
    { text: adviceOf(result), tone: 'muted' },
  ];
}
