import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunPrediction } from '../prediction.ts';
import { logTail } from './log-tail.ts';
import { runProcess } from './trainer-process.ts';

const graceMs = 2_000;

/** Runs predict commands with so many cores each; see {@link RunPrediction}. */
export function predictionRunner({ threads }: { readonly threads: number }): RunPrediction {
  return async ({ command, cwd, job, withinMs, memoryBytes, signal }) => {
    const jobPath = join(cwd, 'predict.json');
    await writeFile(jobPath, JSON.stringify(job, null, 2));
    const tail = logTail();
    const late = AbortSignal.timeout(withinMs);
    const ended = await runProcess({
      argv: [...limited(memoryBytes), ...command, jobPath],
      cwd,
      env: { PERENNIAL_THREADS: `${threads}` },
      signal: AbortSignal.any([signal, late]),
      graceMs,
      onStdout: (line) => tail.add(line),
      onStderr: (line) => tail.add(line),
    });
    signal.throwIfAborted();
    if (ended.exitCode === 0) return { kind: 'done' };
    if (late.aborted) return { kind: 'late' };
    return { kind: 'failed', exitCode: ended.exitCode, signal: ended.signal, tail: tail.text() };
  };
}

/** The shell takes what the limit is from the system, and becomes the program; where there is no such limit it goes on without. */
function limited(memoryBytes: number): readonly string[] {
  const kibibytes = Math.ceil(memoryBytes / 1024);
  return ['/bin/sh', '-c', `ulimit -d ${kibibytes} 2>/dev/null; exec "$@"`, 'perennial-predict'];
}
