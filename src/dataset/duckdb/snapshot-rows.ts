import type { ColumnRoles } from '../columns.ts';
import type { ColumnSchema, SnapshotManifest, Window } from '../dataset.ts';
import { type DayDigest, snapshotParts } from '../manifest.ts';
import { asNumber, asText } from './casts.ts';
import type { Database } from './database.ts';
import type { LabelSql } from './label.ts';
import { type SourceColumn, timeSql } from './source-table.ts';
import { ident, text, timestamp } from './sql.ts';

/** A column of the view `snapshot_rows`: `sql` is its name there, `name` its name in the snapshot's files. */
export interface SnapshotColumn extends ColumnSchema {
  readonly sql: string;
  readonly role: 'id' | 'time' | 'feature' | 'label' | 'kept';
}

/**
 * Makes the view `snapshot_rows`: plain types, only rows with a label whose time lies before `mature`.
 * Answers its columns in the order id, time, features, label, kept.
 */
export async function defineSnapshotRows(
  database: Database,
  roles: ColumnRoles,
  columns: ReadonlyMap<string, SourceColumn>,
  label: LabelSql,
  mature: string,
): Promise<readonly SnapshotColumn[]> {
  const plain = (name: string, cast: typeof asText): string => {
    const column = columns.get(name);
    return column === undefined ? 'NULL' : cast(column.kind, column.sql);
  };
  const fields: (SnapshotColumn & { readonly value: string })[] = [
    { name: roles.id, type: 'VARCHAR', role: 'id', sql: 'id', value: plain(roles.id, asText) },
    { name: roles.time, type: 'TIMESTAMP', role: 'time', sql: 'moment', value: timeSql },
    ...roles.features.map(({ name, type }, index) => ({
      name,
      type: type === 'numeric' ? 'DOUBLE' : 'VARCHAR',
      role: 'feature' as const,
      sql: `f${index}`,
      value: plain(name, type === 'numeric' ? asNumber : asText),
    })),
    { name: roles.label, type: label.type, role: 'label', sql: 'label', value: label.sql },
    ...roles.kept.map((name, index) => ({
      name,
      type: 'VARCHAR',
      role: 'kept' as const,
      sql: `k${index}`,
      value: plain(name, asText),
    })),
  ];
  const list = fields.map(({ value, sql }) => `${value} AS ${sql}`).join(', ');
  await database.run(
    `CREATE TEMP VIEW snapshot_rows AS SELECT * FROM (SELECT ${list} FROM source_rows)
     WHERE label IS NOT NULL AND moment < ${timestamp(mature)}`,
  );
  return fields.map(({ name, type, role, sql }) => ({ name, type, role, sql }));
}

/** Digests the view day by day, so that memory holds one hash per row of a few days and not the rows' text. */
export async function digestDays(
  database: Database,
  columns: readonly SnapshotColumn[],
  windows: SnapshotManifest['windows'],
): Promise<readonly DayDigest[]> {
  // Each value with its length in front: no two different rows have the same text.
  const values = columns.map(({ sql }) => {
    const value = `CAST(${sql} AS VARCHAR)`;
    return `coalesce(strlen(${value}) || ':' || ${value}, '-')`;
  });
  const parts = snapshotParts.map((part) => `WHEN ${within(windows[part])} THEN ${text(part)}`);
  const rows = await database.rows(
    `SELECT part, strftime(moment, '%Y-%m-%d') AS day, CAST(count(*) AS DOUBLE) AS n,
            sha256(string_agg(digest, '' ORDER BY moment, id)) AS digest
     FROM (SELECT moment, id, CASE ${parts.join(' ')} END AS part, sha256(concat(${values.join(', ')})) AS digest FROM snapshot_rows)
     WHERE part IS NOT NULL GROUP BY ALL ORDER BY ALL`,
  );
  return rows.map((row) => ({
    part: String(row.part) as DayDigest['part'],
    day: String(row.day),
    rows: Number(row.n),
    sha256: String(row.digest),
  }));
}

/** Writes the named columns of one part, in the order of (time, id). */
export async function writePart(
  database: Database,
  columns: readonly SnapshotColumn[],
  window: Window,
  path: string,
): Promise<void> {
  const list = columns.map(({ sql, name }) => `${sql} AS ${ident(name)}`).join(', ');
  await database.run(
    `COPY (SELECT ${list} FROM snapshot_rows WHERE ${within(window)} ORDER BY snapshot_rows.moment, snapshot_rows.id)
     TO ${text(path)} (FORMAT parquet, COMPRESSION zstd)`,
  );
}

/** Qualified, since a column of the snapshot may be called "moment" or "id" as well. */
function within({ from, to }: Window): string {
  return `snapshot_rows.moment >= ${timestamp(from)} AND snapshot_rows.moment < ${timestamp(to)}`;
}
