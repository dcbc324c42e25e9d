import type { ObjectStore } from '../../artifacts/object-store.ts';
import { as, readTable } from '../../dataset/duckdb/column-table.ts';
import { type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { logLines } from '../../dataset/duckdb/log-lines.ts';
import { text } from '../../dataset/duckdb/sql.ts';
import { requestSegments } from '../../gateway/log-segments.ts';
import type { Signature } from '../../gateway/predictor.ts';
import type { LoggedRequests } from '../logged.ts';

const dayMs = 86_400_000;

/** Reads the gateways' log segments, the latest day first until there are enough rows. */
export function duckdbLoggedRequests({
  store,
  ...options
}: DatabaseOptions & { readonly store: ObjectStore }): LoggedRequests {
  return {
    async last({ model, features, before, days, rowsAtMost }) {
      const from = new Date(Date.parse(before) - days * dayMs).toISOString();
      const segments = await requestSegments(store, model, { from, to: before });
      if (segments.length === 0) return { rows: 0, columns: {} };
      return await withDatabase(options, (db) => readTable(db, lastSql(segments, features, before, rowsAtMost)));
    },
  };
}

function lastSql(
  segments: readonly string[],
  features: Signature['features'],
  before: string,
  rowsAtMost: number,
): string {
  const values = features.map(({ name, type }) => {
    const value = `nullif(features[${text(name)}] ->> '$', '')`;
    return as(type === 'numeric' ? `TRY_CAST(${value} AS DOUBLE)` : value, name);
  });
  return `
    SELECT ${['id', ...values].join(', ')} FROM (
      SELECT * FROM ${logLines(segments, { at: 'VARCHAR', id: 'VARCHAR', role: 'VARCHAR', features: 'MAP(VARCHAR, JSON)' })}
      WHERE features IS NOT NULL AND role IN ('stable', 'canary') AND "at" < ${text(before)}
      ORDER BY "at" DESC, id LIMIT ${rowsAtMost})
    ORDER BY "at", id`;
}
