import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsumerGate, type ConsumerRule, type KnownConsumer } from '../consumers.ts';
import type { RouteSource } from '../ports.ts';
import type { GatewayLogger } from './logger.ts';
import { writeWhole } from './state-folder.ts';
import { within } from './within.ts';

export interface ConsumerKeeperOptions {
  readonly source: Pick<RouteSource, 'consumers' | 'sawConsumers'>;
  readonly rule: ConsumerRule;
  readonly stateFolder: string;
  readonly logger: GatewayLogger;
  readonly everyMs?: number;
}

const longestMs = 5_000;
const rememberedKeys = 1_000;

/** Keeps the callers' keys up to date, also over a restart without the registry, and tells the registry who called. */
export class ConsumerKeeper {
  readonly #options: ConsumerKeeperOptions;
  readonly #gate: ConsumerGate;
  readonly #hashes = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #told = '';
  #silent = false;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ConsumerKeeperOptions) {
    this.#options = options;
    this.#gate = new ConsumerGate(options.rule);
  }

  async start(): Promise<void> {
    const kept = await readFile(this.#path(), 'utf8').catch(() => '[]');
    this.#gate.learn(JSON.parse(kept));
    this.#working = this.#work();
    await within(this.#working, 500).catch(() => undefined);
    this.#timer = setInterval(() => {
      this.#working = this.#working.then(() => this.#work());
    }, this.#options.everyMs ?? 5_000);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await within(
      this.#working.then(() => this.#tell()),
      1_000,
    ).catch(() => undefined);
  }

  /** @throws PRN-GATEWAY-015, PRN-GATEWAY-016 */
  admit(model: string, key: string | null): string | null {
    return this.#gate.admit(model, key === null ? null : this.#hashOf(key), Date.now());
  }

  /** As {@link admit}, but nothing is counted. @throws PRN-GATEWAY-015 */
  recognise(model: string, key: string | null): void {
    this.#gate.recognise(model, key === null ? null : this.#hashOf(key));
  }

  async #work(): Promise<void> {
    await this.#learn();
    await this.#tell();
  }

  async #learn(): Promise<void> {
    const { source, logger, stateFolder } = this.#options;
    if (source.consumers === undefined) return;
    try {
      const all = await within(source.consumers(), longestMs);
      const known = all.flatMap(({ model, consumer, sha256, requestsPerMinute }): KnownConsumer[] =>
        sha256 === null ? [] : [{ model, consumer, sha256, requestsPerMinute }],
      );
      this.#gate.learn(known);
      const text = JSON.stringify(known);
      if (text !== this.#told) await writeWhole(this.#path(), text);
      this.#told = text;
      this.#silent = false;
    } catch (error) {
      if (!this.#silent)
        logger.warn({ error: String(error), stateFolder }, 'consumers not read; the last known ones hold');
      this.#silent = true;
    }
  }

  async #tell(): Promise<void> {
    const { source } = this.#options;
    const counts = source.sawConsumers === undefined ? [] : this.#gate.takeCounts();
    if (counts.length === 0) return;
    await within(Promise.resolve(source.sawConsumers?.(counts)), longestMs).catch(() => this.#gate.giveBack(counts));
  }

  #hashOf(key: string): string {
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const sha256 = createHash('sha256').update(key).digest('hex');
    if (this.#hashes.size >= rememberedKeys) this.#hashes.clear();
    this.#hashes.set(key, sha256);
    return sha256;
  }

  #path(): string {
    return join(this.#options.stateFolder, 'consumers.json');
  }
}
