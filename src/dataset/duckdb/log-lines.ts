import { ident, text, textList } from './sql.ts';

/**
 * The lines of a gateway's log as a table in SQL, `columns` by name and type, of segments (`.ndjson`) and of packed files (`.parquet`). A line
 * that is no JSON is passed over, or whoever got one into the log would keep everybody from reading the rest of it.
 */
export function logLines(paths: readonly string[], columns: Readonly<Record<string, string>>): string {
  const packed = paths.filter((path) => path.endsWith('.parquet'));
  const lines = paths.filter((path) => !path.endsWith('.parquet'));
  const parts = [
    ...(lines.length > 0 ? [`SELECT * FROM ${jsonLines(lines, columns)}`] : []),
    ...(packed.length > 0 ? [packedLines(packed, columns)] : []),
  ];
  return `(SELECT * FROM (${parts.join(' UNION ALL ')}) WHERE id IS NOT NULL)`;
}

function jsonLines(paths: readonly string[], columns: Readonly<Record<string, string>>): string {
  const typed = Object.entries(columns).map(([name, type]) => `${text(name)}: ${text(type)}`);
  return `read_json(${textList(paths)}, format = 'newline_delimited', ignore_errors = true, columns = {${typed.join(', ')}})`;
}

function packedLines(paths: readonly string[], columns: Readonly<Record<string, string>>): string {
  const typed = Object.entries(columns).map(([name, type]) => `CAST(${ident(name)} AS ${type}) AS ${ident(name)}`);
  return `SELECT ${typed.join(', ')} FROM read_parquet(${textList(paths)}, hive_partitioning = false)`;
}

/** Writes the lines of segments as one Parquet file, in the order of their time. */
export function packLines(paths: readonly string[], columns: Readonly<Record<string, string>>, target: string): string {
  const lines = `SELECT * FROM ${logLines(paths, columns)} ORDER BY "at"`;
  return `COPY (${lines}) TO ${text(target)} (FORMAT parquet, COMPRESSION zstd)`;
}

/** All that a line of requests may hold; features as JSON, for they differ by model and version. */
export const requestLineColumns = {
  ...{ at: 'VARCHAR', id: 'VARCHAR', model: 'VARCHAR', version: 'INTEGER', role: 'VARCHAR', rollout: 'VARCHAR' },
  ...{ share: 'DOUBLE', ok: 'BOOLEAN', error: 'VARCHAR', latencyMs: 'DOUBLE', score: 'DOUBLE', prediction: 'VARCHAR' },
  ...{ consumer: 'VARCHAR', holdback: 'BOOLEAN', features: 'JSON' },
};

/** Of a line of labels. */
export const labelColumns = { at: 'VARCHAR', id: 'VARCHAR', label: 'VARCHAR' };

/** The same, with the model that it is of. */
export const labelLineColumns = { ...labelColumns, model: 'VARCHAR' };
