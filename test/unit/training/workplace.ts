import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { onTestFinished } from 'vitest';
import type { ProgressLine, TrainingJob } from '../../../src/training/contract.ts';
import type { TrainerOutcome, TrainerRun } from '../../../src/training/outcome.ts';
import { runTrainer } from '../../../src/training/process/run-trainer.ts';

/** The interpreter that the set-up makes. */
export const python = resolve(import.meta.dirname, '../../../.venv/bin/python');

export interface Workplace {
  readonly folder: string;
  readonly job: TrainingJob;
}

/** A folder with a space in its name, and a job in it whose data files need not exist; gone when the test is over. */
export async function workplace(changes: Partial<TrainingJob> = {}): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial trainer '));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const job: TrainingJob = {
    contract: 1,
    task: 'binary-classification',
    data: {
      train: join(folder, 'train.parquet'),
      validation: join(folder, 'validation.parquet'),
      holdout: join(folder, 'holdout.parquet'),
    },
    features: [
      { name: 'hour', type: 'numeric' },
      { name: 'carrier', type: 'categorical' },
    ],
    label: 'late',
    time: 'at',
    id: 'id',
    parameters: {},
    seed: 1,
    device: 'cpu',
    crossValidation: null,
    checkpoints: { folder: join(folder, 'checkpoints'), every: 0 },
    output: join(folder, 'output'),
    ...changes,
  };
  return { folder, job };
}

/** Fills the job's Parquet files with flights that are late in the evening. */
export async function writeFlights({ job }: Workplace, rows: number): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const files = { [job.data.train]: '*', [job.data.validation]: '*', [job.data.holdout]: '* EXCLUDE (late)' };
  for (const [path, columns] of Object.entries(files)) {
    await connection.run(`COPY (SELECT ${columns} FROM (
      SELECT 'f' || i AS id, TIMESTAMP '2026-01-01' + to_minutes(i) AS at, (i * 7) % 24 AS hour,
        CASE WHEN i % 5 = 0 THEN NULL ELSE ['AA', 'UA', 'DL'][1 + i % 3] END AS carrier,
        CASE WHEN (i * 7) % 24 + (i * 31) % 9 > 18 THEN 1 ELSE 0 END AS late
      FROM range(${rows}) AS t(i))) TO '${path.replaceAll("'", "''")}' (FORMAT parquet)`);
  }
  connection.closeSync();
}

/** A trainer in a few lines of JavaScript: `job` and `fs` are at hand. */
export async function scriptedTrainer({ folder }: Workplace, body: string): Promise<string[]> {
  const path = join(folder, 'trainer.mjs');
  await writeFile(
    path,
    `import * as fs from 'node:fs';\nconst job = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));\n${body}\n`,
  );
  return [process.execPath, path];
}

export interface Watched {
  readonly outcome: TrainerOutcome;
  readonly progress: readonly ProgressLine[];
  readonly log: readonly string[];
}

export async function train(
  place: Workplace,
  run: Partial<TrainerRun> & Pick<TrainerRun, 'command'>,
): Promise<Watched> {
  const progress: ProgressLine[] = [];
  const log: string[] = [];
  const outcome = await runTrainer({
    cwd: place.folder,
    job: place.job,
    signal: new AbortController().signal,
    graceMs: 5_000,
    onProgress: (line) => {
      progress.push(line);
    },
    onLog: (line) => {
      log.push(line);
    },
    ...run,
  });
  return { outcome, progress, log };
}
