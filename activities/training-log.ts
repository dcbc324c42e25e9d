import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { type LogBounds, type LogPart, LogParts, usualBounds } from '../src/training/log-parts.ts';

const flushEveryMs = 2_000;

/**
 * Brings an attempt's log to the object store while it grows, so that a machine that is lost takes only its last seconds along.
 * A store that fails costs no training: parts wait, within bounds, until it is back.
 */
export class TrainerLog {
  readonly #store: ObjectStore;
  readonly #keyOf: (part: number) => string;
  readonly #parts: LogParts;
  readonly #timer: NodeJS.Timeout;
  #unsent: LogPart | null = null;
  #sending: Promise<void> = Promise.resolve();
  #stored = 0;

  constructor(store: ObjectStore, keyOf: (part: number) => string, bounds: LogBounds = usualBounds) {
    this.#store = store;
    this.#keyOf = keyOf;
    this.#parts = new LogParts(bounds);
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
  }

  /** Number of the last part in the store; 0 while there is none. */
  get stored(): number {
    return this.#stored;
  }

  add(line: string): void {
    const wasFull = this.#parts.full;
    this.#parts.add(line);
    if (this.#parts.full && !wasFull) void this.flush();
  }

  /** Stores all that was added before. Never fails. */
  async flush(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send());
    await this.#sending;
  }

  /** The last flush; a store that does not answer is waited for no longer than `patienceMs`. */
  async close(patienceMs: number): Promise<void> {
    clearInterval(this.#timer);
    await within(patienceMs, this.flush());
  }

  async #send(): Promise<void> {
    try {
      for (;;) {
        this.#unsent ??= this.#parts.take();
        if (!this.#unsent) return;
        await this.#store.put(this.#keyOf(this.#unsent.part), Buffer.from(this.#unsent.text));
        this.#stored = this.#unsent.part;
        this.#unsent = null;
        for (const part of this.#parts.obsolete()) await this.#store.remove(this.#keyOf(part));
      }
    } catch {
      // The next flush tries again.
    }
  }
}

/** Waits for `work`, but not for ever; false when the time is over. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
