import { cut, fold, oneLine, paint, type Style, type Tone, widthOf, wrap } from './style.ts';

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be cut down to this width when the screen is narrow. */
  readonly shrinkTo?: number;
  /** What is cut down goes on in the next line instead of ending with an ellipsis. */
  readonly folds?: boolean;
  /** Left out, the highest number first, when shrinking is not enough. */
  readonly dropOrder?: number;
}

export type Cell = string | { readonly text: string; readonly tone: Tone };

const gap = 2;

/** Aligned columns that fit the width: long cells are cut or folded first, then whole columns go. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  style: Style & { readonly indent?: number },
): string {
  const indent = style.indent ?? 0;
  const kept = keepColumns(columns, rows, style.width - indent);
  const widths = shrink(kept, columns, naturalWidths(columns, rows), style.width - indent);
  const line = (cells: readonly Cell[], tone?: Tone) => {
    const parts = kept.map((at) => lined(cells[at] ?? '', columns[at], widths[at] ?? 0, style, tone));
    const height = Math.max(1, ...parts.map(({ length }) => length));
    const blank = kept.map((at) => ' '.repeat(widths[at] ?? 0));
    return Array.from({ length: height }, (_, row) =>
      (' '.repeat(indent) + parts.map((part, at) => part[row] ?? blank[at]).join(' '.repeat(gap))).trimEnd(),
    ).join('\n');
  };
  const titled = kept.some((at) => columns[at]?.title !== '');
  const head = titled
    ? [
        line(
          columns.map(({ title }) => title),
          'muted',
        ),
      ]
    : [];
  return [...head, ...rows.map((row) => line(row))].join('\n');
}

/** What a row is about is what people look for: it has lines of its own under the row, and is never cut. Of tables that do not fold. */
export function withTexts(texts: readonly string[], table: string, style: Style): string {
  const [head = '', ...rows] = table.split('\n');
  const indent = ' '.repeat(9);
  const lines = rows.flatMap((row, index) => [
    row,
    ...wrap(oneLine(texts[index] ?? ''), style.width - indent.length).map((line) => indent + line),
  ]);
  return [head, ...lines].join('\n');
}

function naturalWidths(columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] {
  return columns.map(({ title }, at) => Math.max(widthOf(title), ...rows.map((row) => widthOf(textOf(row[at] ?? '')))));
}

/** Indexes of the columns that fit when all that may shrink has shrunk. */
function keepColumns(columns: readonly Column[], rows: readonly (readonly Cell[])[], width: number): number[] {
  const natural = naturalWidths(columns, rows);
  const least = columns.map(({ shrinkTo }, at) => Math.min(natural[at] ?? 0, shrinkTo ?? Number.POSITIVE_INFINITY));
  let kept = columns.map((_, at) => at);
  for (;;) {
    const needed = kept.reduce((sum, at) => sum + (least[at] ?? 0) + gap, -gap);
    const droppable = kept.filter((at) => columns[at]?.dropOrder !== undefined);
    if (needed <= width || droppable.length === 0) return kept;
    const first = droppable.reduce((a, b) => ((columns[b]?.dropOrder ?? 0) > (columns[a]?.dropOrder ?? 0) ? b : a));
    kept = kept.filter((at) => at !== first);
  }
}

function shrink(kept: readonly number[], columns: readonly Column[], natural: number[], width: number): number[] {
  const widths = [...natural];
  for (;;) {
    const over = kept.reduce((sum, at) => sum + (widths[at] ?? 0) + gap, -gap) - width;
    const candidates = kept.filter((at) => (widths[at] ?? 0) > (columns[at]?.shrinkTo ?? Number.POSITIVE_INFINITY));
    if (over <= 0 || candidates.length === 0) return widths;
    const widest = candidates.reduce((a, b) => ((widths[b] ?? 0) > (widths[a] ?? 0) ? b : a));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

/** A cell as its lines, each as wide as its column. */
function lined(cell: Cell, column: Column | undefined, width: number, style: Style, tone?: Tone): string[] {
  const texts = column?.folds ? fold(textOf(cell), width) : [cut(textOf(cell), width)];
  return texts.map((text) => {
    const blank = ' '.repeat(Math.max(0, width - widthOf(text)));
    const painted = paint(style, tone ?? (typeof cell === 'string' ? 'plain' : cell.tone), text);
    return column?.align === 'right' ? blank + painted : painted + blank;
  });
}

const textOf = (cell: Cell) => oneLine(typeof cell === 'string' ? cell : cell.text);
