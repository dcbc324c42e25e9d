import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { Window } from '../../dataset/dataset.ts';
import { asNumber, asText } from '../../dataset/duckdb/casts.ts';
import { type Database, type DatabaseOptions, type Row, withDatabase } from '../../dataset/duckdb/database.ts';
import { logLines } from '../../dataset/duckdb/log-lines.ts';
import { findSourceFiles } from '../../dataset/duckdb/source-files.ts';
import { describeSource, loadSource, type SourceColumn } from '../../dataset/duckdb/source-table.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import type { RemoteFiles } from '../../dataset/remote-files.ts';
import { requestSegments } from '../../gateway/log-segments.ts';
import { durationMs } from '../../plan/duration.ts';
import { type SkewTally, type TrainServe, type TrainServeTally, tolerance } from '../train-serve.ts';
import { labelIds } from './label-ids.ts';

export interface DuckdbTrainServeOptions extends DatabaseOptions {
  readonly store: ObjectStore;
  /** Where sources with an s3: URI come from. */
  readonly remote?: RemoteFiles;
}

/** Joins the gateways' request log with the source in an in-memory DuckDB. */
export function duckdbTrainServe({ store, remote, ...options }: DuckdbTrainServeOptions): TrainServe {
  return {
    labelIds: ({ file, window }) =>
      labelIds(store, options, {
        ...{ model: file.model, window },
        maturesAfterMs: durationMs(file.data.label.maturesAfter),
      }),
    async compare({ file, base, source, requests }) {
      const segments = await requestSegments(store, file.model, requests);
      if (segments.length === 0) return nothing;
      return withDatabase(options, async (database) => {
        await database.run(servedSql(segments, requests));
        const { format, uri } = file.data.source;
        const found = await findSourceFiles(database, { uri, base, window: source }, remote);
        if (found.files.length === 0) return { ...nothing, logged: await loggedIds(database) };
        const types = await describeSource(database, format, found.files);
        const { id, time, features } = file.data;
        if (!types.has(id) || !types.has(time)) return { ...nothing, logged: await loggedIds(database) };
        const names = Object.keys(features).filter((name) => types.has(name));
        const columns = await loadSource(
          database,
          {
            ...{ format, files: found.files, window: source, only: file.data.only },
            // What was never asked for is not kept, however long the window is.
            among: { column: id, query: 'SELECT id FROM served' },
          },
          { time, all: [...new Set([id, ...names])], types },
        );
        const numeric = new Set(names.filter((name) => features[name]?.type === 'numeric'));
        return tally(database, columns.get(id) as SourceColumn, names, columns, numeric);
      });
    },
  };
}

const nothing: TrainServeTally = { logged: 0, matched: 0, columns: {} };

/** Features as JSON, since a gateway is sent numbers and texts; mirrored requests have none. */
function servedSql(segments: readonly string[], { from, to }: Window): string {
  return `
    CREATE TEMP TABLE served AS
      SELECT id, arg_max(features, "at") AS features
      FROM ${logLines(segments, { at: 'VARCHAR', id: 'VARCHAR', features: 'MAP(VARCHAR, JSON)' })}
      WHERE features IS NOT NULL AND "at" >= ${text(from)} AND "at" < ${text(to)} GROUP BY id`;
}

async function tally(
  database: Database,
  id: SourceColumn,
  names: readonly string[],
  columns: ReadonlyMap<string, SourceColumn>,
  numeric: ReadonlySet<string>,
): Promise<TrainServeTally> {
  const values = names.flatMap((name, index) =>
    valuesSql(name, index, columns.get(name) as SourceColumn, numeric.has(name)),
  );
  // An id in several rows of the source is a fault of its own, and which of them was served is not known.
  await database.run(`
    CREATE TEMP TABLE pair AS SELECT s.id ${values.map((value) => `, ${value}`).join('')}
    FROM served s JOIN (FROM source_rows WHERE ${id.sql} IS NOT NULL QUALIFY count(*) OVER (PARTITION BY ${id.sql}) = 1) AS source_rows
      ON s.id = ${asText(id.kind, `source_rows.${id.sql}`)}`);
  const tallies: Record<string, SkewTally> = {};
  for (const [index, name] of names.entries()) tallies[name] = await skewOf(database, index, numeric.has(name));
  const [row] = await database.rows('SELECT CAST(count(*) AS DOUBLE) AS n FROM pair');
  return { logged: await loggedIds(database), matched: Number(row?.n ?? 0), columns: tallies };
}

/** Whether the request had the feature, and both of its values. A list of no element stands for an absent key. */
function valuesSql(name: string, index: number, { kind, sql }: SourceColumn, isNumber: boolean): string[] {
  const served = `(s.features[${text(name)}] ->> '$')`;
  const ours = `source_rows.${sql}`;
  return [
    `list_contains(map_keys(s.features), ${text(name)}) AS had${index}`,
    `${isNumber ? `TRY_CAST(${served} AS DOUBLE)` : `nullif(${served}, '')`} AS served${index}`,
    `${isNumber ? asNumber(kind, ours) : `nullif(${asText(kind, ours)}, '')`} AS source${index}`,
  ];
}

async function skewOf(database: Database, index: number, isNumber: boolean): Promise<SkewTally> {
  const [a, b] = [`served${index}`, `source${index}`];
  const near = isNumber
    ? `(abs(${a} - ${b}) <= ${tolerance} * greatest(abs(${a}), abs(${b})) OR ${a} = ${b})`
    : `${a} = ${b}`;
  const differ = `(${a} IS NULL) <> (${b} IS NULL) OR (${a} IS NOT NULL AND ${b} IS NOT NULL AND NOT ${near})`;
  const [row] = await database.rows(`
    SELECT CAST(count(*) FILTER (WHERE had${index}) AS DOUBLE) AS compared,
           CAST(count(*) FILTER (WHERE had${index} AND (${differ})) AS DOUBLE) AS differ,
           CAST(count(*) FILTER (WHERE had${index} AND ${a} IS NULL AND ${b} IS NOT NULL) AS DOUBLE) AS missing_served,
           CAST(count(*) FILTER (WHERE had${index} AND ${a} IS NOT NULL AND ${b} IS NULL) AS DOUBLE) AS missing_source
    FROM pair`);
  const examples = await database.rows(
    `SELECT id, CAST(${a} AS VARCHAR) AS served, CAST(${b} AS VARCHAR) AS source FROM pair WHERE had${index} AND (${differ}) ORDER BY id LIMIT 3`,
  );
  return {
    compared: count(row, 'compared'),
    differ: count(row, 'differ'),
    missingServed: count(row, 'missing_served'),
    missingSource: count(row, 'missing_source'),
    examples: examples.map(({ id, served, source }) => ({
      id: String(id),
      served: words(served),
      source: words(source),
    })),
  };
}

async function loggedIds(database: Database): Promise<number> {
  const [row] = await database.rows('SELECT CAST(count(*) AS DOUBLE) AS n FROM served');
  return count(row, 'n');
}

const count = (row: Row | undefined, column: string): number => Number(row?.[column] ?? 0);
const words = (value: Row[string] | undefined): string | null =>
  value === null || value === undefined ? null : String(value);
