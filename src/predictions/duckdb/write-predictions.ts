import { DOUBLE, DuckDBDataChunk, type DuckDBType, VARCHAR } from '@duckdb/node-api';
import type { ColumnTable } from '../../dataset/dataset.ts';
import { as, plainValue, readTable } from '../../dataset/duckdb/column-table.ts';
import { type Database, type DatabaseOptions, withDatabase } from '../../dataset/duckdb/database.ts';
import { describeSource } from '../../dataset/duckdb/source-table.ts';
import { ident, text } from '../../dataset/duckdb/sql.ts';
import type { Signature } from '../../gateway/predictor.ts';
import { type PredictedRows, predictedRows } from '../predicted-rows.ts';
import type { PredictionFiles } from '../predictions.ts';

/** Rows that are scored at once unless told: their features are in memory only so long. */
const usuallyAtOnce = 20_480;
/** What DuckDB takes at once. */
const chunkRows = 2_048;

/** Reads, scores and writes in an in-memory DuckDB. */
export function duckdbPredictionFiles(options: DatabaseOptions): PredictionFiles {
  return {
    async write(request) {
      const { signature, predict, rowsAtOnce = usuallyAtOnce } = request;
      return await withDatabase(options, async (db) => {
        const rows = await openRows(db, request);
        const scored = await openScored(db, signature);
        for (let from = 0; from < rows; from += rowsAtOnce) {
          const scores = await predict(await readFeatures(db, request, { from, rowsAtOnce }));
          appendScored(scored, from, predictedRows(signature, scores));
        }
        scored.close();
        await copyTo(db, request);
        return rows;
      });
    },
  };
}

type Request = Parameters<PredictionFiles['write']>[0];

/** The rows in their order, with their labels. */
async function openRows(db: Database, { data, rows, labels }: Request): Promise<number> {
  const [id, label] = [ident(data.id), ident(data.label.column)];
  const apart =
    labels === null ? '' : `LEFT JOIN (SELECT ${id}, ${label} FROM read_parquet(${text(labels)})) l USING (${id})`;
  const labelled = labels === null ? `r.${label}` : `l.${label}`;
  await db.run(`
    CREATE TEMP TABLE part AS SELECT CAST(r.file_row_number AS DOUBLE) AS row_, r.${id} AS id_, r.${ident(data.time)} AS time_, ${labelled} AS label_
    FROM read_parquet(${text(rows)}, file_row_number = true) r ${apart}`);
  const [count] = await db.rows('SELECT CAST(count(*) AS DOUBLE) AS n FROM part');
  return Number(count?.n ?? 0);
}

/** Features in the order of the rows from this number on; null for those that the part does not have. */
async function readFeatures(
  db: Database,
  { signature, rows }: Request,
  { from, rowsAtOnce }: { readonly from: number; readonly rowsAtOnce: number },
): Promise<ColumnTable> {
  const types = await describeSource(db, 'parquet', [rows]);
  const columns = signature.features.map(({ name }) => {
    const type = types.get(name);
    return as(type === undefined ? 'CAST(NULL AS DOUBLE)' : plainValue(type, ident(name)), name);
  });
  return await readTable(
    db,
    `SELECT ${columns.join(', ')} FROM read_parquet(${text(rows)}, file_row_number = true)
     WHERE file_row_number >= ${from} AND file_row_number < ${from + rowsAtOnce} ORDER BY file_row_number`,
  );
}

interface ScoredTable {
  readonly types: readonly DuckDBType[];
  readonly append: (chunk: DuckDBDataChunk) => void;
  readonly close: () => void;
}

/** row_, prediction, score, and a probability of each class where there are more than two. */
async function openScored(db: Database, { classes }: Signature): Promise<ScoredTable> {
  const each = classes.length > 2 ? classes.map((name) => `, ${ident(`p_${name}`)} DOUBLE`) : [];
  const prediction = classes.length === 0 ? 'DOUBLE' : 'VARCHAR';
  await db.run(`CREATE TEMP TABLE scored (row_ DOUBLE, prediction ${prediction}, score DOUBLE${each.join('')})`);
  const appender = await db.connection.createAppender('scored');
  return {
    types: [DOUBLE, classes.length === 0 ? DOUBLE : VARCHAR, DOUBLE, ...each.map(() => DOUBLE)],
    append: (chunk) => appender.appendDataChunk(chunk),
    close: () => appender.closeSync(),
  };
}

function appendScored({ types, append }: ScoredTable, from: number, rows: PredictedRows): void {
  const columns = [rows.prediction, rows.score, ...Object.values(rows.probabilities)];
  for (let start = 0; start < rows.score.length; start += chunkRows) {
    const end = Math.min(start + chunkRows, rows.score.length);
    const chunk = DuckDBDataChunk.create(types, end - start);
    const numbers = Array.from({ length: end - start }, (_, at) => from + start + at);
    chunk.setColumns([numbers, ...columns.map((values) => Array.from(values.slice(start, end)))]);
    append(chunk);
  }
}

/** A predicted class has the type of the label, so that the two can be compared. */
async function copyTo(db: Database, { data, to }: Request): Promise<void> {
  const names = [data.id, data.time, data.label.column].map(ident);
  const own = ['id_', 'time_', 'label_'].map((name, at) => `${name} AS ${names[at]}`).join(', ');
  const [label] = await db.rows('SELECT any_value(typeof(label_)) AS type FROM part');
  const type = String(label?.type ?? 'VARCHAR');
  const prediction = /^[A-Z]+$/.test(type) && type !== 'NULL' ? type : 'VARCHAR';
  await db.run(`
    COPY (SELECT ${own}, TRY_CAST(prediction AS ${prediction}) AS prediction, scored.* EXCLUDE (row_, prediction)
          FROM part JOIN scored USING (row_) ORDER BY row_)
    TO ${text(to)} (FORMAT parquet, COMPRESSION zstd)`);
}
