import type { Database } from '../../dataset/duckdb/database.ts';
import type { ComparedKind, ComparedTable } from '../comparison.ts';
import { columnSql } from './column-values.ts';
import type { OpenTable } from './open-table.ts';
import { type CategoryColumn, readCategories } from './read-categories.ts';
import { type NumberColumn, readNumbers, valueMemory } from './read-numbers.ts';

/** A column to be compared. */
export interface KindedColumn {
  readonly column: string;
  readonly kind: ComparedKind;
}

/** One side of a comparison: a table of files, or a stored reference. */
export interface Side {
  readonly table: ComparedTable;
  /** DuckDB's types, in the table's order. */
  readonly types: ReadonlyMap<string, string>;
  /** About how much memory a column of numbers takes: the values of a stored reference stay on the disk, its counts do not. */
  readonly columnBytes: number;
  /** Those of an earlier call are gone. */
  numbers(columns: readonly KindedColumn[]): Promise<NumberColumn[]>;
  categories(columns: readonly KindedColumn[]): Promise<CategoryColumn[]>;
}

export function tableSide(database: Database, table: OpenTable): Side {
  const sqlOf = ({ column, kind }: KindedColumn) => columnSql(table, column, kind);
  const memory = valueMemory();
  return {
    table: { name: table.name, files: table.files.files.length, rows: table.rows, columns: table.types.size },
    types: table.types,
    columnBytes: 8 * table.rows,
    numbers: (columns) => readNumbers(database, table, columns.map(sqlOf), memory),
    categories: (columns) => readCategories(database, table, columns.map(sqlOf)),
  };
}
