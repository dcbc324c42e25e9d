import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCode, progressLine } from '../contract.ts';
import type { RunTrainer, TrainerOutcome, TrainerRun } from '../outcome.ts';
import { parseTrainerJson } from '../trainer-json.ts';
import { logTail } from './log-tail.ts';
import { deviceMissing, readResult } from './result.ts';
import { type Ended, runProcess } from './trainer-process.ts';

/** Runs a trainer as a child process by the contract of ../contract.ts; see {@link RunTrainer}. */
export const runTrainer: RunTrainer = async (run) => {
  if (run.signal.aborted) return { kind: 'interrupted' };
  const jobPath = join(run.cwd, 'job.json');
  await mkdir(run.job.output, { recursive: true });
  await writeFile(jobPath, JSON.stringify(run.job, null, 2));

  const tail = logTail();
  const log = (line: string) => {
    tail.add(line);
    run.onLog(line);
  };
  const ended = await runProcess({
    argv: [...run.command, jobPath],
    cwd: run.cwd,
    env: run.env ?? {},
    signal: run.signal,
    graceMs: run.graceMs,
    ...(run.hurry ? { hurry: run.hurry } : {}),
    onStdout: (line) => reportProgress(line, run, log),
    onStderr: log,
  });
  return outcomeOf(ended, run, tail);
};

function reportProgress(line: string, run: TrainerRun, log: (line: string) => void): void {
  if (line.trim() === '') return;
  const progress = progressLine.safeParse(parseJson(line));
  if (progress.success) run.onProgress(progress.data);
  // A print left behind in somebody's training code must not end the training.
  else log(line);
}

function parseJson(text: string): unknown {
  try {
    return parseTrainerJson(text);
  } catch {
    return undefined;
  }
}

async function outcomeOf(ended: Ended, run: TrainerRun, tail: ReturnType<typeof logTail>): Promise<TrainerOutcome> {
  if (ended.exitCode === exitCode.done) {
    return { kind: 'done', ...(await readResult(run.job, run.withoutOnnx ?? false)), seconds: ended.seconds };
  }
  if (ended.exitCode === exitCode.badJob) {
    return { kind: 'bad-job', message: tail.last().replace(/^bad job: /, '') || 'it gave no reason on stderr' };
  }
  if (ended.exitCode === exitCode.noDevice) throw deviceMissing(run.job, tail.last().replace(/^no device: /, ''));
  // Whatever a trainer ends with after it was told to stop, it did not fail.
  if (ended.exitCode === exitCode.interrupted || run.signal.aborted) return { kind: 'interrupted' };
  return { kind: 'failed', exitCode: ended.exitCode, signal: ended.signal, logTail: tail.text() };
}
