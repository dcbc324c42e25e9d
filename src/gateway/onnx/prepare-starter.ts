import { type ChildProcess, fork } from 'node:child_process';
import { startOrdinary } from './precedence.ts';
import type { PrepareTask } from './prepare-program.ts';
import { programPath } from './program-path.ts';

/** What the starter is told. */
export interface StartOrder {
  readonly call: number;
  readonly program: string;
  readonly task: PrepareTask;
}

/** How it went; `why` is null for a program that has written its target. */
export interface StartReply {
  readonly call: number;
  readonly why: string | null;
}

/** Runs the program that looks into model files. */
export interface PrepareStarter {
  /** Resolves when the task's target is written. @throws Error with the reason when it is not */
  prepare(task: PrepareTask): Promise<void>;
  close(): void;
}

/**
 * Keeps a small process that starts the programs in this one's place. Starting one copies the page tables of whoever starts it, holds its
 * allocator meanwhile, and lets it pay for each page that it writes next: 10 ms and more of a gateway's event loop, from whatever thread. So
 * the starter is begun before the first request, and forks its own few pages. One that has died is begun again with the next task.
 */
export function startPrepareStarter(): PrepareStarter {
  let host = new StarterHost();
  return {
    prepare(task) {
      if (host.isDown) host = new StarterHost();
      return host.prepare(task);
    },
    close: () => host.close(),
  };
}

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

class StarterHost {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  #calls = 0;
  #down: Error | null = null;

  constructor() {
    const stdio = ['ignore', 'ignore', 'ignore', 'ipc'] as const;
    this.#child = startOrdinary(() =>
      fork(programPath('prepare-starter-program'), [], {
        serialization: 'advanced',
        execArgv: [],
        stdio: [...stdio],
      }),
    );
    this.#child.on('message', (reply: StartReply) => this.#settle(reply));
    this.#child.once('error', (error) => this.#fail(error));
    this.#child.once('exit', (status, signal) => this.#fail(new Error(`the starter ended with ${signal ?? status}`)));
    this.#release();
  }

  get isDown(): boolean {
    return this.#down !== null;
  }

  prepare(task: PrepareTask): Promise<void> {
    this.#calls += 1;
    const order: StartOrder = { call: this.#calls, program: programPath('prepare-program'), task };
    return new Promise((resolve, reject) => {
      this.#pending.set(order.call, { resolve, reject });
      this.#child.channel?.ref();
      // A channel that is closed says so with the exit that follows.
      this.#child.send(order, () => undefined);
    });
  }

  /** The starter, and what it has started, ends with its channel. */
  close(): void {
    this.#fail(new Error('the gateway was closed'));
    if (this.#child.connected) this.#child.disconnect();
  }

  #settle({ call, why }: StartReply): void {
    const pending = this.#pending.get(call);
    this.#pending.delete(call);
    if (why === null) pending?.resolve();
    else pending?.reject(new Error(why));
    this.#release();
  }

  /** The gateway ends when it has closed, whatever the starter does; while a task runs, it is waited for. */
  #release(): void {
    if (this.#pending.size > 0) return;
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #fail(error: Error): void {
    this.#down ??= error;
    for (const { reject } of this.#pending.values()) reject(this.#down);
    this.#pending.clear();
    this.#release();
  }
}
