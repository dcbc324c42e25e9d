import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { PerennialError } from '../../errors/error.ts';
import { plainEnvironment } from '../../training/plain-environment.ts';
import type { AskOptuna } from '../optuna-ask.ts';

/** Of `python -m perennial_sampler`. */
const notInstalled = 65;
const saidAtMost = 2_000;

/**
 * Asks Optuna in a Python process that ends with its answer: nothing is kept between two asks.
 * @param python the interpreter that has Optuna and the trainers' packages
 */
export function optunaProcess({ python }: { readonly python: string }): AskOptuna {
  return async (asks) => {
    const said = await answered(python, JSON.stringify(asks));
    const why = said.errors.trim().slice(-saidAtMost);
    if (said.exitCode === notInstalled || why.includes('No module named perennial_sampler'))
      throw new PerennialError('PRN-SWEEP-002', { message: `${python} cannot ask Optuna: ${why}.` });
    if (said.exitCode === 0) return JSON.parse(said.output) as Awaited<ReturnType<AskOptuna>>;
    throw new PerennialError('PRN-SWEEP-003', {
      message: `Optuna gave no suggestion (exit code ${said.exitCode}): ${why}`,
    });
  };
}

interface Said {
  readonly exitCode: number | null;
  readonly output: string;
  readonly errors: string;
}

async function answered(python: string, question: string): Promise<Said> {
  const child = spawn(python, ['-m', 'perennial_sampler'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    // The trials have the cores.
    env: { ...plainEnvironment(process.env), OMP_NUM_THREADS: '1' },
  });
  // A process that could not start, or that ended before it had read all, says so by its end.
  child.stdin.on('error', () => undefined);
  child.stdin.end(question);
  try {
    const [output, errors, [exitCode]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close') as Promise<[number | null]>,
    ]);
    return { exitCode, output, errors };
  } catch (error) {
    const message = `${python} could not be started: ${error instanceof Error ? error.message : String(error)}.`;
    throw new PerennialError('PRN-SWEEP-003', { message, cause: error });
  }
}
