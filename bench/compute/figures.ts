import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { inTempFolder, repository } from '../report/place.ts';

const vitest = [process.execPath, join(repository, 'node_modules/vitest/vitest.mjs'), 'run'];

/** Values by the name of what was measured, in the order of measurement. */
export type Figures = (name: string) => readonly number[];

/** Runs one file of test/cloud/figures/. @throws Error when a measurement failed, with the end of its output */
export async function figuresOf(file: 'ladder' | 'lives'): Promise<Figures> {
  return await inTempFolder('figures', async (folder) => {
    const noted = join(folder, 'figures');
    await succeed([...vitest, '--config', 'test/cloud/figures/vitest.config.ts', file], { PERENNIAL_FIGURES: noted });
    const lines = (await readFile(noted, 'utf8')).trim().split('\n');
    const all = lines.map((line) => JSON.parse(line) as { readonly name: string; readonly values: readonly number[] });
    return (wanted) => all.filter(({ name }) => name === wanted).flatMap(({ values }) => values);
  });
}

export interface Leaks {
  readonly runs: number;
  readonly machines: number;
  /** Machines that lived when every run had closed; all of them were left by terminated runs. */
  readonly stranded: number;
  readonly left: number;
  /** Orders to which no answer ever came, though a machine was made. */
  readonly unheard: number;
  readonly perToken: number;
  readonly perAttempt: number;
  readonly seconds: number;
}

/** The leak fuzz of the cloud suite, with so many runs. */
export async function leaksOf(runs: number): Promise<Leaks> {
  return await inTempFolder('leaks', async (folder) => {
    const report = join(folder, 'report.json');
    const command = [...vitest, '--project', 'cloud', 'test/cloud/leaks.test.ts'];
    await succeed(command, { PERENNIAL_LEAK_RUNS: `${runs}`, PERENNIAL_LEAK_REPORT: report });
    return JSON.parse(await readFile(report, 'utf8')) as Leaks;
  });
}

async function succeed(command: readonly string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { code, output, errors } = await runCapped(command, { cwd: repository, env, capMs: 15 * 60_000 });
  if (code !== 0) throw new Error(`${command.at(-1)} ended with ${code}:\n${output.slice(-3000)}\n${errors}`);
}
