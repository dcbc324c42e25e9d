import { type ChildProcess, fork } from 'node:child_process';
import { PerennialError } from '../../errors/error.ts';
import type { FeatureBatch, Predictor, Scores, Signature } from '../predictor.ts';
import { type ChallengerCall, type ChallengerReply, type ChallengerTask, unpackError } from './challenger-messages.ts';
import { startOrdinary } from './precedence.ts';
import { programPath } from './program-path.ts';

export interface ChallengerOptions {
  /** Milliseconds that one call may take. */
  readonly timeoutMs: number;
  /** Program of the process; tests bring their own. */
  readonly program?: string;
  /** The process died by itself. It is started again, later each time. */
  readonly onCrash?: (error: Error) => void;
}

/**
 * Loads a model into a process of its own, so that a slow, hanging or crashing challenger never touches the champion. (A thread would
 * not do: onnxruntime cannot be interrupted, and ending a thread inside a call aborts the whole process.) A call fails with
 * PRN-GATEWAY-010 when it takes too long - the process is then replaced if it stays stuck - and with PRN-GATEWAY-011 while it is down.
 * @throws PRN-GATEWAY-006, PRN-GATEWAY-007 when the model cannot be loaded
 */
export async function startChallenger(
  modelPath: string,
  signature: Signature,
  options: ChallengerOptions,
): Promise<Predictor> {
  const host = new ChallengerHost({ kind: 'load', modelPath, signature }, options);
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
/** A call that was given up may go on this many times its limit before its process is killed. */
const stuckFactor = 5;

class ChallengerHost implements Predictor {
  readonly #task: ChallengerTask;
  readonly #options: ChallengerOptions;
  readonly #pending = new Map<number, Pending>();
  /** Calls that were given up and still occupy the process. */
  readonly #late = new Map<number, NodeJS.Timeout>();
  #child: ChildProcess | null = null;
  #ready = false;
  #closed = false;
  #calls = 0;
  #restarts = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(task: ChallengerTask, options: ChallengerOptions) {
    this.#task = task;
    this.#options = options;
  }

  start(): Promise<void> {
    const program = this.#options.program ?? programPath('challenger-program');
    const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as const;
    const child = startOrdinary(() =>
      fork(program, [], { serialization: 'advanced', execArgv: [], stdio: [...stdio] }),
    );
    this.#child = child;
    return new Promise((resolve, reject) => {
      let cause: Error | null = null;
      child.on('message', (reply: ChallengerReply) => {
        if (reply.kind === 'unusable') {
          reject(unpackError(reply.error));
          this.#closed = true;
          child.kill('SIGKILL');
        } else if (reply.kind === 'ready') {
          this.#ready = true;
          resolve();
        } else this.#settle(reply);
      });
      child.on('error', (error) => {
        cause = error;
      });
      child.on('exit', (status, signal) => {
        const error = this.#down(cause?.message ?? `it ended with ${signal ?? status}`);
        reject(error);
        if (child === this.#child) this.#exited(error);
      });
      this.#send(child, this.#task);
    });
  }

  predict(batch: FeatureBatch): Promise<Scores> {
    const child = this.#child;
    if (child === null || !this.#ready) return Promise.reject(this.#down('it has not started again yet'));
    if (this.#late.size > 0) return Promise.reject(this.#tooSlow('is still busy with a call that was given up'));
    this.#calls += 1;
    const call = this.#calls;
    return new Promise((resolve, reject) => {
      // When this process was the busy one, the reply may lie ready already: let the event loop read it before giving up.
      const timer = setTimeout(() => setImmediate(() => this.#giveUp(call, child)), this.#options.timeoutMs);
      this.#pending.set(call, { resolve, reject, timer });
      this.#send(child, { kind: 'predict', call, batch });
    });
  }

  /** Never waits for a model: the process has nothing to lose. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    this.#child = null;
    this.#ready = false;
    this.#forget(this.#down('it was closed'));
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** A channel that is closed says so with the exit that follows; the call fails then. */
  #send(child: ChildProcess, message: ChallengerTask | ChallengerCall): void {
    child.send(message, () => undefined);
  }

  #settle(reply: Extract<ChallengerReply, { readonly call: number }>): void {
    clearTimeout(this.#late.get(reply.call));
    this.#late.delete(reply.call);
    const pending = this.#pending.get(reply.call);
    if (pending === undefined) return;
    this.#pending.delete(reply.call);
    clearTimeout(pending.timer);
    if (reply.kind === 'scores') pending.resolve(reply.scores);
    else pending.reject(unpackError(reply.error));
  }

  #giveUp(call: number, child: ChildProcess): void {
    const pending = this.#pending.get(call);
    if (pending === undefined) return;
    this.#pending.delete(call);
    const stuck = setTimeout(() => child.kill('SIGKILL'), this.#options.timeoutMs * stuckFactor);
    this.#late.set(call, stuck);
    pending.reject(this.#tooSlow(`did not answer within ${this.#options.timeoutMs} ms`));
  }

  #exited(error: PerennialError): void {
    const wasReady = this.#ready;
    this.#child = null;
    this.#ready = false;
    this.#forget(error);
    // A first start that fails is the loader's to report.
    if (this.#closed || (!wasReady && this.#restarts === 0)) return;
    this.#options.onCrash?.(error);
    if (this.#restarts >= mostRestarts) return;
    this.#restart = setTimeout(() => void this.start().catch(() => undefined), firstRestartMs * 2 ** this.#restarts);
    this.#restarts += 1;
  }

  #forget(error: Error): void {
    for (const timer of this.#late.values()) clearTimeout(timer);
    this.#late.clear();
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject, timer } of calls) {
      clearTimeout(timer);
      reject(error);
    }
  }

  #down(why: string): PerennialError {
    const message = `The process of ${this.#task.modelPath} is down: ${why}.`;
    return new PerennialError('PRN-GATEWAY-011', { message });
  }

  #tooSlow(why: string): PerennialError {
    return new PerennialError('PRN-GATEWAY-010', { message: `The process of ${this.#task.modelPath} ${why}.` });
  }
}
