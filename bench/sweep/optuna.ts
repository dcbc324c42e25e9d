import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCapped } from '../report/child.ts';
import { repository } from '../report/place.ts';
import { lastLine, peerFolder, peerPython } from '../report/python-environment.ts';
import { flightsTableFile } from './flights-table.ts';
import { evaluations } from './search.ts';

export const optunaName = 'Optuna 5.0.0, TPE as it comes';

const capMs = 30 * 60_000;

/**
 * Least regret after 50, 100 and 200 trials, of each seed. Optuna answers a seed always the same, and takes minutes: what it has found is
 * kept until its script, its lock or the table change.
 */
export async function optunaSearches(functionName: string, inFlight: number, seeds: number): Promise<number[][]> {
  const folder = join(repository, 'bench', 'peers', '.venvs', `optuna-${await inputsDigest()}`);
  const file = join(folder, `${functionName}-${inFlight}.jsonl`);
  const kept = linesOf(await readFile(file, 'utf8').catch(() => ''));
  if (kept.length >= seeds) return kept.slice(0, seeds).map(bestOf);
  const output = await runScript('quality.py', [functionName, `${inFlight}`, '0', `${seeds}`, flightsTableFile]);
  await mkdir(folder, { recursive: true });
  await writeFile(`${file}.part`, output);
  await rename(`${file}.part`, file);
  return linesOf(output).map(bestOf);
}

/** Milliseconds of CPU, a number a suggestion. */
export async function optunaCosts(trials: number, suggestions: number): Promise<number[]> {
  const output = await runScript('overhead.py', [`${trials}`, `${suggestions}`]);
  return linesOf(output).map((line) => (JSON.parse(line) as { ms: number }).ms);
}

async function runScript(name: string, args: readonly string[]): Promise<string> {
  const command = [await peerPython('optuna'), '-W', 'ignore', join(peerFolder('optuna'), name), ...args];
  const { code, output, errors } = await runCapped(command, { cwd: repository, capMs });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}: ${lastLine(errors)}`);
  return output;
}

async function inputsDigest(): Promise<string> {
  const folder = peerFolder('optuna');
  const hash = createHash('sha256');
  for (const path of [join(folder, 'requirements.lock'), join(folder, 'quality.py'), flightsTableFile])
    hash.update(await readFile(path));
  return hash.digest('hex').slice(0, 12);
}

function linesOf(output: string): string[] {
  return output.split('\n').filter((line) => line !== '');
}

function bestOf(line: string): number[] {
  const { best } = JSON.parse(line) as { best: Record<string, number> };
  return evaluations.map((count) => best[count] ?? Number.NaN);
}
