import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import {
  extendSweepUpdate,
  pauseSweepUpdate,
  type SweepCommand,
  type SweepProgress,
  setParallelUpdate,
  stopSweepUpdate,
  sweepProgressQuery,
} from './messages.ts';
import { registry } from './proxies.ts';

/** What the desk must know of its sweep to answer at once. */
interface SweepView {
  readonly model: string;
  readonly run: string;
  readonly stage: string;
  /** Why no trial starts any more; null while some do. */
  readonly closed: () => string | null;
  readonly finished: () => number;
  /** Whether a trial has been trained to its end with a value. */
  readonly hasBest: () => boolean;
  readonly progress: () => SweepProgress;
}

/** So many trials at a time are more than any installation has machines for. */
const parallelAtMost = 1_000;

/** Where people talk to a sweep: what they want of it, and what they are told. */
export class SweepDesk {
  planned: number;
  parallel: number;
  /** Who ended it, and why. */
  stopped: string | null = null;
  readonly #view: SweepView;
  readonly #notes: Promise<void>[] = [];
  #pausedSince: number | null;
  #pausedMs: number;

  constructor(
    view: SweepView,
    from: {
      readonly planned: number;
      readonly parallel: number;
      readonly paused: boolean;
      readonly pausedMs: number;
    },
  ) {
    this.#view = view;
    this.planned = from.planned;
    this.parallel = from.parallel;
    this.#pausedMs = from.pausedMs;
    this.#pausedSince = from.paused ? Date.now() : null;
  }

  /** From here on orders are answered, also those that came before: not in the constructor, as the sweep must know its desk. */
  open(): void {
    setHandler(sweepProgressQuery, () => this.#view.progress());
    setHandler(extendSweepUpdate, (command) => this.#extend(command), {
      validator: (command) => refuse(this.#whyNot(command) ?? notWhole('trials', command.trials)),
    });
    setHandler(setParallelUpdate, (command) => this.#setParallel(command), {
      validator: (command) => refuse(this.#whyNot(command) ?? notWhole('parallel', command.parallel)),
    });
    setHandler(pauseSweepUpdate, (command) => this.#pause(command), {
      validator: (command) => refuse(this.#whyNot(command) ?? this.#whyNotPause(command.paused)),
    });
    setHandler(stopSweepUpdate, (command) => this.#stop(command), {
      validator: (command) => refuse(this.#whyNot(command) ?? this.#whyNotStop()),
    });
  }

  get paused(): boolean {
    return this.#pausedSince !== null;
  }

  /** Milliseconds on pause so far. */
  get pausedMs(): number {
    return this.#pausedMs + (this.#pausedSince === null ? 0 : Date.now() - this.#pausedSince);
  }

  /** What people did is in the history of the model before the sweep ends. */
  async settle(): Promise<void> {
    await Promise.all(this.#notes);
  }

  #extend({ by, reason, trials }: SweepCommand & { readonly trials: number }): string {
    this.planned += trials;
    this.#note('sweep.extended', by, `${trials} more trials: ${reason}`);
    return `${this.#name} finishes ${this.planned} trials instead of ${this.planned - trials}`;
  }

  #setParallel({ by, reason, parallel }: SweepCommand & { readonly parallel: number }): string {
    this.parallel = parallel;
    this.#note('sweep.parallel', by, `${parallel} at a time: ${reason}`);
    return `${this.#name} runs up to ${parallel} trials at a time; those that run now go on`;
  }

  #pause({ by, reason, paused }: SweepCommand & { readonly paused: boolean }): string {
    this.#pausedMs = this.pausedMs;
    this.#pausedSince = paused ? Date.now() : null;
    this.#note(paused ? 'sweep.paused' : 'sweep.resumed', by, reason);
    return `${this.#name} ${paused ? 'is paused: the trials that run go on to their end, none starts' : 'goes on'}`;
  }

  #stop({ by, reason }: SweepCommand): string {
    this.stopped = `${by} stopped it: ${reason}`;
    this.#note('sweep.stopped', by, reason);
    return `${this.#name} ends: the best of its ${this.#view.finished()} finished trials is taken`;
  }

  get #name(): string {
    return `sweep ${this.#view.stage} of ${this.#view.run}`;
  }

  #whyNot({ by, reason }: SweepCommand): string | null {
    if (!by?.trim()) return 'a command needs a name';
    if (!reason?.trim()) return 'a command needs a reason';
    const closed = this.#view.closed();
    return closed === null ? null : `${this.#name} is ending: ${closed}`;
  }

  #whyNotPause(paused: boolean): string | null {
    if (paused === this.paused) return `${this.#name} is ${paused ? 'paused already' : 'not paused'}`;
    return null;
  }

  #whyNotStop(): string | null {
    if (this.#view.hasBest()) return null;
    return `no trial of ${this.#name} has a result yet; to give it up: perennial cancel ${this.#view.run}`;
  }

  #note(kind: string, by: string, reason: string): void {
    const { model, run } = this.#view;
    const event = { model, run, kind, by: { name: by, via: 'api' as const }, reason };
    // A sweep does not break over a note.
    this.#notes.push(registry.recordEvent(event).catch(() => undefined));
  }
}

function refuse(why: string | null): void {
  if (why !== null) throw ApplicationFailure.nonRetryable(why, 'PRN-API-409');
}

function notWhole(what: string, count: number): string | null {
  if (Number.isInteger(count) && count >= 1 && count <= (what === 'parallel' ? parallelAtMost : 1_000_000)) return null;
  return `${what} must be a whole number from 1${what === 'parallel' ? ` to ${parallelAtMost}` : ''}`;
}
