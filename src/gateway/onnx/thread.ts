import { Worker } from 'node:worker_threads';
import { PerennialError } from '../../errors/error.ts';
import type { FeatureBatch, Predictor, Scores, Signature } from '../predictor.ts';
import { type ChallengerCall, type ChallengerReply, type ChallengerTask, unpackError } from './challenger-messages.ts';
import { startOrdinary } from './precedence.ts';
import { programPath } from './program-path.ts';

/** What a champion's thread is told. */
export type ThreadOrder = ChallengerTask | ChallengerCall | { readonly kind: 'end' };

/**
 * Loads a model into a thread of this process: neither loading it nor its calls hold up the event loop. A champion has no process of its
 * own, because nobody could answer in its place; its thread ends after its last call. One that dies fails the calls that it had, and the
 * next call starts another.
 * @throws PRN-GATEWAY-006, PRN-GATEWAY-007 when the model cannot be loaded
 */
export async function startThread(modelPath: string, signature: Signature): Promise<Predictor> {
  let host = await openThread(modelPath, signature);
  let another: Promise<void> | null = null;
  let isClosed = false;
  const replace = async (): Promise<void> => {
    host = await openThread(modelPath, signature);
  };
  return {
    async predict(batch) {
      if (host.isDown && !isClosed) {
        another ??= replace().finally(() => {
          another = null;
        });
        await another;
      }
      return await host.predict(batch);
    },
    async close() {
      isClosed = true;
      await another?.catch(() => undefined);
      await host.close();
    },
  };
}

async function openThread(modelPath: string, signature: Signature): Promise<ThreadHost> {
  const host = new ThreadHost(modelPath);
  await host.load(signature);
  return host;
}

interface Pending {
  readonly resolve: (scores: Scores) => void;
  readonly reject: (error: Error) => void;
}

class ThreadHost {
  readonly #modelPath: string;
  readonly #thread = startOrdinary(() => new Worker(programPath('thread-program'), { execArgv: [] }));
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #down: Error | null = null;

  constructor(modelPath: string) {
    this.#modelPath = modelPath;
    this.#thread.on('error', (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      this.#thread.once('exit', () => {
        this.#fail(null);
        resolve();
      });
    });
  }

  get isDown(): boolean {
    return this.#down !== null;
  }

  load(signature: Signature): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#thread.on('message', (reply: ChallengerReply) => {
        if (reply.kind === 'ready') {
          // The gateway ends when it has closed, whatever models it holds.
          this.#thread.unref();
          resolve();
        } else if (reply.kind === 'unusable') {
          reject(unpackError(reply.error));
          void this.close();
        } else this.#settle(reply);
      });
      void this.#ended.then(() => reject(this.#down));
      this.#send({ kind: 'load', modelPath: this.#modelPath, signature });
    });
  }

  predict(batch: FeatureBatch): Promise<Scores> {
    if (this.#down !== null) return Promise.reject(this.#down);
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      this.#pending.set(call, { resolve, reject });
      this.#send({ kind: 'predict', call, batch });
    });
  }

  async close(): Promise<void> {
    this.#thread.ref();
    this.#send({ kind: 'end' });
    await this.#ended;
  }

  #send(order: ThreadOrder): void {
    this.#thread.postMessage(order);
  }

  #settle(reply: Extract<ChallengerReply, { readonly call: number }>): void {
    const pending = this.#pending.get(reply.call);
    this.#pending.delete(reply.call);
    if (reply.kind === 'scores') pending?.resolve(reply.scores);
    else pending?.reject(unpackError(reply.error));
  }

  #fail(cause: Error | null): void {
    const why = cause?.message ?? 'it has ended';
    const message = `The thread of ${this.#modelPath} is down: ${why}.`;
    this.#down ??= new PerennialError('PRN-GATEWAY-011', { message, cause });
    for (const { reject } of this.#pending.values()) reject(this.#down);
    this.#pending.clear();
  }
}
