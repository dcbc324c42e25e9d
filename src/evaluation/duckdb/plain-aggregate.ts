import type { Database } from '../../dataset/duckdb/database.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { PerennialError } from '../../errors/error.ts';
import type { CustomMetric } from '../custom-metric.ts';

/**
 * Lets only one expression through that gives one number for any number of rows: columns of the scored rows, constants, operators and functions
 * that answer the same today and tomorrow. Judged on DuckDB's own syntax tree, not on the text.
 * @throws PRN-EVALUATION-006 what is wrong with it
 */
export async function requirePlainAggregate(database: Database, metric: CustomMetric): Promise<void> {
  const tree = await syntaxTree(database, metric);
  const parts = [...nodesOf(tree)];
  for (const part of parts) {
    if (!allowedClasses.has(part.class))
      throw refused(metric, `it uses a ${part.class.toLowerCase().replaceAll('_', ' ')}, which a metric may not`);
    if (part.class === 'COLUMN_REF') requireColumn(metric, part.column_names);
  }
  const functions = new Set(parts.flatMap((part) => (part.class === 'FUNCTION' ? [String(part.function_name)] : [])));
  await requireFunctions(database, metric, functions);
}

const columns = ['label', 'prediction', 'score', 'weight'];
const allowedClasses: ReadonlySet<string> = new Set([
  'FUNCTION',
  'COLUMN_REF',
  'CONSTANT',
  'CAST',
  'CASE',
  'COMPARISON',
  'CONJUNCTION',
  'OPERATOR',
  'BETWEEN',
]);

interface SyntaxNode {
  readonly class: string;
  readonly column_names?: unknown;
  readonly function_name?: unknown;
}

async function syntaxTree(database: Database, metric: CustomMetric): Promise<unknown> {
  const query = `SELECT (${metric.sql}\n) FROM scored`;
  const [row] = await database.rows(`SELECT json_serialize_sql(${text(query)}) AS tree`);
  const found = JSON.parse(String(row?.tree)) as Serialized;
  if (found.error) throw refused(metric, found.error_message ?? 'it is no SQL expression');
  const [statement, ...more] = found.statements ?? [];
  const list = statement?.node?.select_list ?? [];
  // What the text could smuggle in beside the one value: other selected values, tables, conditions, groups.
  const { from_table, where_clause, group_expressions, having, qualify, modifiers } = statement?.node ?? {};
  const alone = more.length === 0 && list.length === 1 && from_table?.table_name === 'scored';
  const extra =
    [where_clause, having, qualify].some((clause) => clause) || group_expressions?.length || modifiers?.length;
  if (!alone || extra) throw refused(metric, 'it is more than one expression');
  return list[0];
}

interface Serialized {
  readonly error: boolean;
  readonly error_message?: string;
  readonly statements?: readonly {
    readonly node?: {
      readonly select_list?: readonly unknown[];
      readonly from_table?: { readonly table_name?: string };
      readonly where_clause?: unknown;
      readonly having?: unknown;
      readonly qualify?: unknown;
      readonly group_expressions?: readonly unknown[];
      readonly modifiers?: readonly unknown[];
    };
  }[];
}

/** Every expression below and with this one. */
function* nodesOf(tree: unknown): Generator<SyntaxNode> {
  if (typeof tree !== 'object' || tree === null) return;
  if ('class' in tree && typeof tree.class === 'string') yield tree as SyntaxNode;
  for (const below of Object.values(tree)) yield* nodesOf(below);
}

function requireColumn(metric: CustomMetric, names: unknown): void {
  const [name, ...more] = Array.isArray(names) ? names.map(String) : [];
  if (name !== undefined && more.length === 0 && columns.includes(name.toLowerCase())) return;
  throw refused(metric, `it names the column ${[name, ...more].join('.')}; there are ${columns.join(', ')}`);
}

async function requireFunctions(database: Database, metric: CustomMetric, names: ReadonlySet<string>): Promise<void> {
  const known = await database.rows(
    `SELECT function_name AS name, bool_or(function_type = 'aggregate') AS gathers,
            bool_or(function_type NOT IN ('scalar', 'aggregate') OR coalesce(stability, 'CONSISTENT') <> 'CONSISTENT') AS moves
     FROM duckdb_functions() GROUP BY ALL`,
  );
  const byName = new Map(known.map((row) => [String(row.name), row]));
  for (const name of names) {
    if (name === 'row') throw refused(metric, 'it is more than one value');
    if (settings.has(name) || (byName.get(name)?.moves === true && !macros.has(name)))
      throw refused(metric, `${name}() does not answer the same at any time, or is no plain function`);
  }
  if (![...names].some((name) => byName.get(name)?.gathers === true || macros.get(name) === 'gathers'))
    throw refused(metric, 'it has no aggregate such as avg() or sum(), so it is not one value for all rows');
}

/** DuckDB's macros that are no more than they seem, and whether they aggregate. */
const macros: ReadonlyMap<string, 'plain' | 'gathers'> = new Map([
  ['nullif', 'plain'],
  ['wavg', 'gathers'],
  ['weighted_avg', 'gathers'],
  ['geomean', 'gathers'],
]);

/** They tell of the machine, not of the rows. */
const settings: ReadonlySet<string> = new Set(['current_setting', 'getvariable', 'getenv', 'version', 'error']);

function refused({ name, sql }: CustomMetric, why: string): PerennialError {
  return new PerennialError('PRN-EVALUATION-006', { message: `The metric "${name}", ${sql}, cannot be used: ${why}.` });
}
