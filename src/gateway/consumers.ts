import { PerennialError } from '../errors/error.ts';

/** A caller that a model knows, as a gateway needs it. */
export interface KnownConsumer {
  readonly model: string;
  readonly consumer: string;
  readonly sha256: string;
  readonly requestsPerMinute: number | null;
}

export interface ConsumerCount {
  readonly model: string;
  readonly consumer: string;
  readonly requests: number;
}

/** `declared`: who shows no known key is refused. `open`: he is answered, and remains without a name. */
export type ConsumerRule = 'open' | 'declared';

const minuteMs = 60_000;

/** Knows callers by the hash of their keys, holds them to their quotas, and counts who calls what. */
export class ConsumerGate {
  readonly #rule: ConsumerRule;
  #known: ReadonlyMap<string, KnownConsumer> = new Map();
  readonly #windows = new Map<string, { minute: number; requests: number }>();
  #counts = new Map<string, { readonly model: string; readonly consumer: string; requests: number }>();

  constructor(rule: ConsumerRule) {
    this.#rule = rule;
  }

  learn(known: readonly KnownConsumer[]): void {
    this.#known = new Map(known.map((consumer) => [`${consumer.sha256} ${consumer.model}`, consumer]));
  }

  /**
   * The caller's name, or null where it has none and needs none.
   * @param sha256 of the key that was shown; null where none was
   * @throws PRN-GATEWAY-015 for a key that this model does not know, or for none where one is needed; PRN-GATEWAY-016 beyond the quota
   */
  admit(model: string, sha256: string | null, nowMs: number): string | null {
    const found = this.recognise(model, sha256);
    if (found === null) return null;
    this.#spend(found, nowMs);
    const key = `${found.consumer} ${model}`;
    const count = this.#counts.get(key);
    if (count === undefined) this.#counts.set(key, { model, consumer: found.consumer, requests: 1 });
    else count.requests += 1;
    return found.consumer;
  }

  /** Who shows this key, where somebody does; nothing is counted. @throws PRN-GATEWAY-015 where a known key is needed */
  recognise(model: string, sha256: string | null): KnownConsumer | null {
    const found = sha256 === null ? undefined : this.#known.get(`${sha256} ${model}`);
    // Without the rule a key may be meant for somebody else on the way, such as a proxy.
    if (found !== undefined || this.#rule === 'open') return found ?? null;
    const what = sha256 === null ? 'The request shows no key' : `The key is not one of a consumer of ${model}`;
    throw new PerennialError('PRN-GATEWAY-015', { message: `${what}.` });
  }

  /** What was counted since the last call. */
  takeCounts(): readonly ConsumerCount[] {
    const counts = [...this.#counts.values()];
    this.#counts = new Map();
    return counts;
  }

  /** What could not be told is counted again. */
  giveBack(counts: readonly ConsumerCount[]): void {
    for (const { model, consumer, requests } of counts) {
      const key = `${consumer} ${model}`;
      const newer = this.#counts.get(key)?.requests ?? 0;
      this.#counts.set(key, { model, consumer, requests: requests + newer });
    }
  }

  #spend({ model, consumer, requestsPerMinute }: KnownConsumer, nowMs: number): void {
    if (requestsPerMinute === null) return;
    const minute = Math.floor(nowMs / minuteMs);
    const key = `${consumer} ${model}`;
    let window = this.#windows.get(key);
    if (window === undefined || window.minute !== minute) {
      window = { minute, requests: 0 };
      this.#windows.set(key, window);
    }
    window.requests += 1;
    if (window.requests <= requestsPerMinute) return;
    const retryAfterSeconds = Math.ceil(((minute + 1) * minuteMs - nowMs) / 1000);
    throw new PerennialError('PRN-GATEWAY-016', {
      message: `${consumer} may ask ${model} ${requestsPerMinute} times a minute.`,
      details: { consumer, requestsPerMinute, retryAfterSeconds },
    });
  }
}
