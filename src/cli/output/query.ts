import type { QueryResult, QueryValue } from '../../predictions/predictions.ts';
import { paint, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';

/** The answer of a query as a table; numbers stand on the right. */
export function renderQuery({ columns, rows, truncated }: QueryResult, style: Style): string {
  const titles = columns.map(({ name, type }) => ({
    title: name,
    align: isNumeric(type) ? ('right' as const) : ('left' as const),
    shrinkTo: 12,
  }));
  const cells = rows.map((row): Cell[] =>
    row.map((value) => (value === null ? { text: '—', tone: 'muted' } : words(value))),
  );
  const count = `${rows.length} row${rows.length === 1 ? '' : 's'}${truncated ? '; there are more: --limit' : ''}`;
  return `${renderTable(titles, cells, style)}\n${paint(style, 'muted', count)}`;
}

/** As RFC 4180 has it; null is an empty field. */
export function queryCsv({ columns, rows }: QueryResult): string {
  const line = (values: readonly QueryValue[]) =>
    values.map((value) => field(value === null ? '' : String(value))).join(',');
  return [line(columns.map(({ name }) => name)), ...rows.map(line)].join('\n');
}

function field(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function isNumeric(type: string): boolean {
  return /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL)/.test(type);
}

function words(value: Exclude<QueryValue, null>): string {
  return typeof value === 'number' && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value);
}
