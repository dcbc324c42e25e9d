import type { Leak } from '../../src/leakage/leak.ts';

/** How each part of the snapshot is spoilt: SQL over its rows. `y` is the label, also of the hold-out; `n` numbers the rows. */
export interface PlantedLeak {
  readonly column?: { readonly sql: string; readonly type: 'numeric' | 'categorical' };
  /** Rows that get into the training part, as SQL over `held` (hold-out rows with labels), `*` and changes of it. */
  readonly rows?: string;
  readonly finds: Partial<Leak>;
}

const noise = '(hash(flight_id) % 1000) / 1000.0';
export const plantedLeaks: Readonly<Record<string, PlantedLeak>> = {
  'the label itself': {
    column: { sql: 'y', type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a number that is only known afterwards': {
    column: { sql: `60 * y + 40 * ${noise}`, type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a number that hides the label in its last digit': {
    column: { sql: 'CAST(distance AS INTEGER) % 40 * 2 + y', type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a category that was set with the label': {
    column: { sql: `CASE WHEN y = 1 THEN 'rebooked' WHEN ${noise} < 0.5 THEN 'a' ELSE 'b' END`, type: 'categorical' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a value that is missing unless the label is true': {
    column: { sql: `CASE WHEN y = 1 THEN ${noise} END`, type: 'numeric' },
    finds: { code: 'predicts-alone', column: 'leak', severity: 'critical' },
  },
  'a status that only late flights have, and not all of them': {
    column: { sql: `CASE WHEN y = 1 AND ${noise} < 0.2 THEN 'diverted' ELSE 'ok' END`, type: 'categorical' },
    finds: { code: 'decides-alone', column: 'leak', severity: 'warning' },
  },
  'hold-out rows in training': {
    rows: `SELECT * REPLACE (TIMESTAMP '2013-01-10' AS scheduled_departure)`,
    finds: { code: 'seen-by-id', severity: 'critical' },
  },
  'hold-out rows in training under other ids': {
    rows: `SELECT * REPLACE ('copy-' || flight_id AS flight_id, TIMESTAMP '2013-01-10' AS scheduled_departure)`,
    finds: { code: 'seen-by-content', severity: 'critical' },
  },
  'training rows from the time of the hold-out': {
    rows: `SELECT * REPLACE ('other-' || flight_id AS flight_id, distance + ${noise} AS distance)`,
    finds: { code: 'time-overlap', severity: 'critical' },
  },
};
