import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { repository } from '../report/place.ts';
import type { Row } from '../report/row.ts';

interface Outcome {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/**
 * The registry's own race of starts, promotions, bakes, withdrawals and roll-backs, made long: after every round one stable version, in every
 * moment between one and one, and events that tell the same story as the rows.
 */
export async function raceRows(rounds: number, calls: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, file] of [
    ['PGlite', 'registry.pglite'],
    ['PostgreSQL', 'registry.postgres'],
  ] as const) {
    const startedAt = performance.now();
    const broken = await race(file, rounds, calls);
    const seconds = (performance.now() - startedAt) / 1000;
    rows.push({
      what: `${calls} racing calls x ${rounds} rounds on ${name}: rounds with two stable versions, none, or another history`,
      goal: '<= 0',
      ours: { median: broken, min: broken, max: broken, n: rounds },
      ...{ peer: null, ratio: null, holds: broken === 0 },
      note: `${rounds * calls} calls in ${seconds.toFixed(0)} s`,
    });
  }
  return rows;
}

async function race(file: string, rounds: number, calls: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-bench-races-'));
  try {
    const report = join(folder, 'races.json');
    const vitest = [process.execPath, join(repository, 'node_modules/vitest/vitest.mjs'), 'run'];
    const only = ['-t', 'never has two stable versions or none', '--reporter=json', `--outputFile=${report}`];
    const env = { PERENNIAL_RACE_ROUNDS: String(rounds), PERENNIAL_RACE_CALLS: String(calls) };
    const { errors } = await runCapped([...vitest, `test/contracts/${file}.test.ts`, ...only], {
      ...{ cwd: repository, env, capMs: 600_000 },
    });
    const text = await readFile(report, 'utf8').catch(() => {
      throw new Error(`the races have left no report: ${errors.trim().slice(-300)}`);
    });
    const results = (JSON.parse(text) as Outcome).testResults.flatMap(({ assertionResults }) => assertionResults);
    const run = results.filter(({ status }) => status === 'passed' || status === 'failed');
    if (run.length !== 1) throw new Error(`one race was to be run, not ${run.length}`);
    return run.filter(({ status }) => status === 'failed').length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
