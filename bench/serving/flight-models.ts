import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flightFeatures } from '../../examples/flights/replay/flights.ts';
import { type Database, withDatabase } from '../../src/dataset/duckdb/database.ts';
import type { Signature } from '../../src/gateway/predictor.ts';
import { runCapped } from '../report/child.ts';
import { repository } from '../report/place.ts';

/** Two models of the flights example as XGBoost trains them - 200 trees of depth 6 - and real rows of July to ask them. */
export interface FlightModels {
  readonly signature: Signature;
  readonly champion: string;
  readonly challenger: string;
  /** Features of 2,000 flights, missing values and all. */
  readonly rows: readonly Readonly<Record<string, number | string | null>>[];
}

const categorical = new Set(['carrier', 'origin', 'dest']);
const trainCapMs = 10 * 60_000;

/** Trains them once and keeps them beside the flights. @throws Error when the flights are not there (`npm run demo` writes them) */
export async function flightModels(): Promise<FlightModels> {
  const folder = join(repository, '.perennial', 'bench-serving');
  if (!existsSync(join(folder, 'rows.json'))) await make(folder);
  const features = flightFeatures.map((name) => ({ name, type: typeOf(name) }));
  return {
    signature: { task: 'binary-classification', features, classes: [0, 1] },
    champion: join(folder, 'champion', 'model.onnx'),
    challenger: join(folder, 'challenger', 'model.onnx'),
    rows: JSON.parse(await readFile(join(folder, 'rows.json'), 'utf8')),
  };
}

async function make(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await withDatabase({ tempFolder: join(tmpdir(), 'perennial-bench-serving') }, (database) =>
    writeTables(database, folder),
  );
  await train(folder, 'champion', 11);
  await train(folder, 'challenger', 12);
  await rename(join(folder, 'asked.json'), join(folder, 'rows.json'));
}

async function writeTables(database: Database, folder: string): Promise<void> {
  const source = join(repository, '.perennial', 'flights', '*', '*.parquet');
  const columns = ['flight_id', 'scheduled_departure', 'late', ...flightFeatures].join(', ');
  const from = `FROM read_parquet('${source}') WHERE late IS NOT NULL AND scheduled_departure`;
  const until = { train: "< '2013-07-01'", validation: "BETWEEN '2013-07-01' AND '2013-07-08'" };
  for (const [name, when] of Object.entries({ ...until, holdout: until.validation })) {
    const path = join(folder, `${name}.parquet`);
    await database.run(`COPY (SELECT ${columns} ${from} ${when} ORDER BY ALL) TO '${path}' (FORMAT parquet)`);
  }
  const asked = `SELECT to_json(struct_pack(${flightFeatures.join(', ')})) AS row ${from} >= '2013-07-08' ORDER BY hash(flight_id) LIMIT 2000`;
  const rows = await database.rows(asked);
  await writeFile(join(folder, 'asked.json'), `[${rows.map(({ row }) => String(row)).join(',\n')}]`);
}

async function train(folder: string, name: string, seed: number): Promise<void> {
  const output = join(folder, name);
  await rm(output, { recursive: true, force: true });
  const checkpoints = { folder: join(output, 'checkpoints'), every: 0 };
  await mkdir(checkpoints.folder, { recursive: true });
  const data = Object.fromEntries(
    ['train', 'validation', 'holdout'].map((part) => [part, join(folder, `${part}.parquet`)]),
  );
  const job = {
    ...{
      contract: 1,
      task: 'binary-classification',
      data,
      label: 'late',
      time: 'scheduled_departure',
      id: 'flight_id',
    },
    features: flightFeatures.map((column) => ({ name: column, type: typeOf(column) })),
    parameters: { rounds: 200, max_depth: 6, subsample: 0.8 },
    ...{ seed, device: 'cpu', crossValidation: null, checkpoints, output },
  };
  await writeFile(join(output, 'job.json'), JSON.stringify(job));
  const command = [
    join(repository, '.venv', 'bin', 'python'),
    '-m',
    'perennial_trainer.xgboost',
    join(output, 'job.json'),
  ];
  const { code, errors } = await runCapped(command, { cwd: join(repository, 'trainers'), capMs: trainCapMs });
  if (code !== 0) throw new Error(`the ${name} was not trained: ${errors}`);
}

function typeOf(name: string): 'numeric' | 'categorical' {
  return categorical.has(name) ? 'categorical' : 'numeric';
}
