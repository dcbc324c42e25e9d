import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { PerennialError } from '../../errors/error.ts';
import { gatewayFlags } from '../../gateway/node-flags.ts';
import type { GatewayOrder, GatewayTask, GatewayWord } from './messages.ts';
import { programPath } from './program-path.ts';

const [readyWithinMs, pollMs] = [60_000, 2];

/** A gateway in a process of its own. */
export class GatewayProcess {
  readonly #child: ChildProcess;
  readonly url: string;
  readonly loadMs: number;

  private constructor(child: ChildProcess, url: string, loadMs: number) {
    this.#child = child;
    this.url = url;
    this.loadMs = loadMs;
  }

  /** @throws PRN-GATEWAY-006 when the version is not ready after a minute */
  static async start(task: GatewayTask): Promise<GatewayProcess> {
    const startedAt = performance.now();
    const execArgv = [...process.execArgv, ...gatewayFlags];
    const child = fork(programPath('gateway-program'), { execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    try {
      const word = await ask(child, { kind: 'serve', task });
      if (word.kind !== 'ready') throw unready(task, word.kind === 'failed' ? word.message : word.kind);
      const failed = once(child, 'message').then(([said]) => {
        throw unready(task, (said as Extract<GatewayWord, { kind: 'failed' }>).message);
      });
      await Promise.race([failed, untilReady(task, word.url)]);
      failed.catch(() => undefined);
      return new GatewayProcess(child, word.url, performance.now() - startedAt);
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async memoryBytes(): Promise<number> {
    const word = await ask(this.#child, { kind: 'memory' });
    return word.kind === 'memory' ? word.bytes : Number.NaN;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

async function ask(child: ChildProcess, order: GatewayOrder): Promise<GatewayWord> {
  const died = once(child, 'exit').then((): GatewayWord => ({ kind: 'failed', message: 'its process ended' }));
  const word = once(child, 'message').then(([said]) => said as GatewayWord);
  child.send(order);
  return await Promise.race([word, died]);
}

async function untilReady(task: GatewayTask, url: string): Promise<void> {
  const until = Date.now() + readyWithinMs;
  while (Date.now() < until) {
    const answer = await fetch(`${url}/readyz`);
    if (answer.ok) return;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  throw unready(task, 'it was not ready after a minute');
}

function unready({ version: { model, version } }: GatewayTask, why: string): PerennialError {
  return new PerennialError('PRN-GATEWAY-006', { message: `${model}@${version} could not be put under load: ${why}.` });
}
