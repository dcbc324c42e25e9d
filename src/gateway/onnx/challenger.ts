import { Worker } from 'node:worker_threads';
import { PerennialError } from '../../errors/error.ts';
import type { Predictor, Scores, Signature } from '../predictor.ts';
import { threadEntry } from './thread-entry.ts';
import { type ThreadReply, type ThreadTask, unpackError } from './thread-messages.ts';

export interface ChallengerOptions {
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
  /** Program of the thread; tests bring their own. */
  readonly thread?: URL;
  /** The thread died by itself. It is started again, later each time. */
  readonly onCrash?: (error: Error) => void;
}

/**
 * Loads a model into a thread of its own, so that a slow, hanging or crashing challenger never stalls this one. A call fails with
 * PRN-GATEWAY-010 when it takes too long (and at once while an earlier call still blocks the thread) and with PRN-GATEWAY-011 while the
 * thread is down.
 * @throws PRN-GATEWAY-006, PRN-GATEWAY-007 when the model cannot be loaded
 */
export async function startChallenger(
  modelPath: string,
  signature: Signature,
  options: ChallengerOptions,
): Promise<Predictor> {
  const host = new ThreadHost({ modelPath, signature }, options);
  await host.start();
  return host;
}

interface Pending {
  readonly resolve: (scores: Scores) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const mostRestarts = 5;
const firstRestartMs = 250;

class ThreadHost implements Predictor {
  readonly #task: ThreadTask;
  readonly #options: ChallengerOptions;
  readonly #pending = new Map<number, Pending>();
  /** Calls that were given up and still occupy the thread. */
  readonly #late = new Set<number>();
  #worker: Worker | null = null;
  #ready = false;
  #closed = false;
  #calls = 0;
  #restarts = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(task: ThreadTask, options: ChallengerOptions) {
    this.#task = task;
    this.#options = options;
  }

  start(): Promise<void> {
    const worker = new Worker(this.#options.thread ?? threadEntry(), { workerData: this.#task, name: 'challenger' });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let cause: Error | null = null;
      worker.on('message', (reply: ThreadReply) => {
        if (reply.kind === 'unusable') reject(unpackError(reply.error));
        if (reply.kind === 'ready') {
          this.#ready = true;
          // A challenger alone must not keep the process alive.
          worker.unref();
          resolve();
        }
        this.#settle(reply);
      });
      worker.on('error', (error) => {
        cause = error instanceof Error ? error : new Error(String(error));
      });
      worker.on('exit', (status) => {
        const error = this.#died(cause?.message ?? `it exited with ${status}`);
        reject(error);
        if (worker === this.#worker) this.#exited(error);
      });
    });
  }

  predict(batch: Parameters<Predictor['predict']>[0]): Promise<Scores> {
    const worker = this.#worker;
    if (worker === null || !this.#ready) return Promise.reject(this.#died('it has not started again yet'));
    if (this.#late.size > 0) return Promise.reject(this.#tooSlow('is still busy with a call that was given up'));
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      // When this thread was the busy one, the reply may lie ready already: let the event loop read it before giving up.
      const timer = setTimeout(() => setImmediate(() => this.#giveUp(call)), this.#options.timeoutMs);
      this.#pending.set(call, { resolve, reject, timer });
      worker.postMessage({ call, batch });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const worker = this.#worker;
    this.#worker = null;
    this.#failPending(this.#died('it was closed'));
    if (worker === null) return;
    // A thread inside the runtime ends only when its call returns: nobody waits for that.
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, 500);
    });
    await Promise.race([worker.terminate(), patience]).finally(() => clearTimeout(timer));
  }

  #settle(reply: ThreadReply): void {
    if (reply.kind !== 'scores' && reply.kind !== 'failed') return;
    this.#late.delete(reply.call);
    const pending = this.#pending.get(reply.call);
    if (pending === undefined) return;
    this.#pending.delete(reply.call);
    clearTimeout(pending.timer);
    if (reply.kind === 'scores') pending.resolve(reply.scores);
    else pending.reject(unpackError(reply.error));
  }

  #giveUp(call: number): void {
    const pending = this.#pending.get(call);
    if (pending === undefined) return;
    this.#pending.delete(call);
    this.#late.add(call);
    pending.reject(this.#tooSlow(`did not answer within ${this.#options.timeoutMs} ms`));
  }

  #exited(error: PerennialError): void {
    const wasReady = this.#ready;
    this.#worker = null;
    this.#ready = false;
    this.#late.clear();
    this.#failPending(error);
    if (this.#closed || (!wasReady && this.#restarts === 0)) return;
    this.#options.onCrash?.(error);
    if (this.#restarts >= mostRestarts) return;
    this.#restart = setTimeout(() => void this.start().catch(() => undefined), firstRestartMs * 2 ** this.#restarts);
    this.#restart.unref();
    this.#restarts += 1;
  }

  #failPending(error: Error): void {
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of calls) {
      clearTimeout(timer);
      reject(error);
    }
  }

  #died(why: string): PerennialError {
    return new PerennialError('PRN-GATEWAY-011', { message: `The thread of ${this.#task.modelPath} is down: ${why}.` });
  }

  #tooSlow(why: string): PerennialError {
    return new PerennialError('PRN-GATEWAY-010', { message: `The thread of ${this.#task.modelPath} ${why}.` });
  }
}
