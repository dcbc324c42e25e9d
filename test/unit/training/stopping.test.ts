import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scriptedTrainer, train, type Workplace, workplace } from './workplace.ts';

const repository = resolve(import.meta.dirname, '../../..');
const compiled = join(repository, `node_modules/.cache/perennial-stopping-${process.pid}`);

beforeAll(compileRunner);
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

/** Starts a child of its own, writes both pids down, says that it is ready, and stays. */
const family = (onTerm: string) => `
import { spawn } from 'node:child_process';
const child = spawn('sleep', ['60'], { stdio: 'inherit' });
process.on('SIGTERM', () => { ${onTerm} });
fs.writeFileSync(job.output + '/pids.tmp', JSON.stringify([process.pid, child.pid]));
fs.renameSync(job.output + '/pids.tmp', job.output + '/pids');
console.log('{"step":1,"of":9}');
setInterval(() => undefined, 1000);`;

async function startAndAbort(place: Workplace, onTerm: string, graceMs: number) {
  const stop = new AbortController();
  const command = await scriptedTrainer(place, family(onTerm));
  const startedAt = performance.now();
  const { outcome } = await train(place, { command, graceMs, signal: stop.signal, onProgress: () => stop.abort() });
  return { outcome, pids: pidsOf(place), ms: performance.now() - startedAt };
}

const pidsOf = ({ job }: Workplace) => JSON.parse(readFileSync(join(job.output, 'pids'), 'utf8')) as number[];

function alive(pid: number): boolean {
  try {
    // A zombie is dead; only its parent has not looked yet.
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (condition()) return true;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  return condition();
}

describe.runIf(process.platform === 'linux')('stopping a trainer', () => {
  it('asks with SIGTERM, takes 75 for interrupted, and leaves no child behind', async () => {
    const { outcome, pids } = await startAndAbort(await workplace(), 'process.exit(75)', 5_000);
    expect(outcome).toEqual({ kind: 'interrupted' });
    expect(await until(() => !pids.some(alive), 2_000)).toBe(true);
  });

  it('kills what does not listen once the grace is over', async () => {
    const { outcome, pids, ms } = await startAndAbort(await workplace(), '', 300);
    expect(outcome).toEqual({ kind: 'interrupted' });
    expect(ms).toBeGreaterThan(300);
    expect(await until(() => !pids.some(alive), 2_000)).toBe(true);
  });

  it('keeps a result that was finished while it was being stopped', async () => {
    const done = `fs.writeFileSync(job.output + '/model.onnx', 'm');
      fs.writeFileSync(job.output + '/metrics.json', JSON.stringify({ metrics: {}, classes: [], device: 'cpu',
      parameters: {}, environment: {}, steps: 1 })); process.exit(0);`;
    expect((await startAndAbort(await workplace(), done, 5_000)).outcome.kind).toBe('done');
  });

  it('ends the child that a trainer leaves behind instead of waiting for it', async () => {
    const place = await workplace();
    const { outcome } = await train(place, { command: await scriptedTrainer(place, `${family('')} process.exit(3);`) });
    expect(outcome).toMatchObject({ kind: 'failed', exitCode: 3 });
    expect(await until(() => !pidsOf(place).some(alive), 2_000)).toBe(true);
  });

  it('leaves no orphan when the platform itself is killed', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(
      place,
      family('fs.writeFileSync(job.output + "/saved", ""); process.exit(75)'),
    );
    const platform = platformThatTrains(place, command);
    expect(await until(() => existsSync(join(place.job.output, 'pids')), 10_000)).toBe(true);
    const pids = pidsOf(place);
    expect(pids.every(alive)).toBe(true);
    platform.kill('SIGKILL');
    expect(await until(() => !pids.some(alive), 8_000)).toBe(true);
    expect(existsSync(join(place.job.output, 'saved'))).toBe(true);
  });
});

/** Another Node process that trains and can be killed. */
function platformThatTrains({ folder, job }: Workplace, command: readonly string[]) {
  const script = `
    const { runTrainer } = await import(${JSON.stringify(join(compiled, 'training/process/run-trainer.js'))});
    await runTrainer({ command: ${JSON.stringify(command)}, cwd: ${JSON.stringify(folder)}, job: ${JSON.stringify(job)},
      graceMs: 3000, signal: new AbortController().signal, onProgress() {}, onLog() {} });`;
  return spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: 'ignore' });
}

/** Node 20 does not read TypeScript, and the process that is killed cannot be this one. */
function compileRunner(): void {
  const compiler = join(repository, 'node_modules/typescript7/bin/tsc');
  const flags =
    '--ignoreConfig --noCheck --skipLibCheck --target es2023 --module nodenext --rewriteRelativeImportExtensions';
  const source = join(repository, 'src/training/process/run-trainer.ts');
  const folders = ['--rootDir', join(repository, 'src'), '--outDir', compiled];
  mkdirSync(compiled, { recursive: true });
  writeFileSync(join(compiled, 'package.json'), '{"type":"module"}');
  execFileSync(process.execPath, [compiler, ...flags.split(' '), ...folders, source]);
}
