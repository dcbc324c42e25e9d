import type { RouteSource } from '../ports.ts';
import type { GatewayLogger } from './logger.ts';
import type { GatewayMemory } from './state-folder.ts';
import { within } from './within.ts';

export interface HaltReporterOptions {
  readonly source: Pick<RouteSource, 'haltRollout'>;
  readonly name: string;
  readonly logger: GatewayLogger;
  readonly onReported: () => void;
}

type Halts = GatewayMemory['halted'];

const firstRetryMs = 100;
const longestRetryMs = 10_000;
const longestReportMs = 5_000;

/** Remembers the rollouts that this gateway dropped, and tells the registry until it has heard. */
export class HaltReporter {
  readonly #options: HaltReporterOptions;
  readonly #halts = new Map<string, Halts[string]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #closed = false;

  constructor(options: HaltReporterOptions) {
    this.#options = options;
  }

  /** What an earlier process dropped holds on; what it could not report is reported now. */
  restore(halts: Halts): void {
    for (const [model, halt] of Object.entries(halts)) {
      this.#halts.set(model, halt);
      if (!halt.reported) void this.#send(model, halt.rollout, halt.reason, firstRetryMs);
    }
  }

  reason(model: string, rollout: string | null): string | null {
    const halt = this.#halts.get(model);
    return halt !== undefined && halt.rollout === rollout ? halt.reason : null;
  }

  report(model: string, rollout: string, reason: string): void {
    this.#halts.set(model, { rollout, reason, reported: false });
    void this.#send(model, rollout, reason, firstRetryMs);
  }

  all(): Halts {
    return Object.fromEntries(this.#halts);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async #send(model: string, rollout: string, reason: string, retryMs: number): Promise<void> {
    const { source, name, logger, onReported } = this.#options;
    try {
      await within(source.haltRollout(model, rollout, reason, { name, via: 'gateway' }), longestReportMs);
      if (this.#halts.get(model)?.rollout === rollout) this.#halts.set(model, { rollout, reason, reported: true });
      onReported();
    } catch (error) {
      logger.warn({ model, rollout, error: String(error) }, 'halt not reported yet; the rollout stays dropped here');
      if (this.#closed) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        void this.#send(model, rollout, reason, Math.min(longestRetryMs, retryMs * 2));
      }, retryMs);
      timer.unref();
      this.#timers.add(timer);
    }
  }
}
