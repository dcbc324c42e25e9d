/** Who ended a training: a person, the platform that needs the machine, its sweep that lets it wait, or silence. */
export type StopCause = 'cancelled' | 'interrupted' | 'paused' | 'stalled';

export interface StopRules {
  readonly cancellation: AbortSignal;
  /** The machine is about to go. */
  readonly interruption: AbortSignal | undefined;
  /** Null: silence is fine. */
  readonly stallAfterMs: number | null;
}

// The worker or the server takes the activity away, but the job goes on: what it has learnt is worth a checkpoint.
const resumedLater = ['WORKER_SHUTDOWN', 'PAUSED', 'RESET'];

/** Joins all reasons to end a trainer into one signal, and a second one for those that do not wait for a checkpoint. */
export class TrainingStop {
  readonly #stop = new AbortController();
  readonly #hurry = new AbortController();
  readonly #rules: StopRules;
  #cause: StopCause | null = null;
  #heardAt = performance.now();
  #timer: NodeJS.Timeout | null = null;

  constructor(rules: StopRules) {
    this.#rules = rules;
    const { cancellation, interruption } = rules;
    cancellation.addEventListener('abort', this.#cancel);
    interruption?.addEventListener('abort', this.#interrupt);
    if (interruption?.aborted) this.#interrupt();
    if (cancellation.aborted) this.#cancel();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get hurry(): AbortSignal {
    return this.#hurry.signal;
  }

  get cause(): StopCause | null {
    return this.#cause;
  }

  /** It has come as far as it should for now. */
  pause(): void {
    this.#end('paused');
  }

  /** From now on silence counts. */
  listen(): void {
    const { stallAfterMs } = this.#rules;
    this.heard();
    if (stallAfterMs === null) return;
    this.#timer = setInterval(
      () => {
        if (performance.now() - this.#heardAt >= stallAfterMs) this.#end('stalled');
      },
      Math.min(1_000, Math.max(20, stallAfterMs / 10)),
    );
  }

  /** The trainer gave a sign of life. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  release(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#rules.cancellation.removeEventListener('abort', this.#cancel);
    this.#rules.interruption?.removeEventListener('abort', this.#interrupt);
  }

  readonly #interrupt = () => this.#end('interrupted');

  readonly #cancel = () => {
    const reason: unknown = this.#rules.cancellation.reason;
    if (reason instanceof Error && resumedLater.includes(reason.message)) return this.#end('interrupted');
    // A cancellation overrules what came before.
    this.#cause = 'cancelled';
    this.#stop.abort();
    this.#hurry.abort();
  };

  #end(cause: StopCause): void {
    this.#cause ??= cause;
    this.#stop.abort();
  }
}
