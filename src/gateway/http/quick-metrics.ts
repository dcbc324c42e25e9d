import { type Counter, Histogram, type Registry } from 'prom-client';

/** Counts answers without building labels for each: a request pays for a look-up, and the scrape for the rest. */
export class AnswerCounts {
  readonly #counts = new Map<string, { readonly labels: Record<string, string | number>; count: number }>();

  add(model: string, version: number, role: string, ok: boolean): void {
    const key = `${version}${role}${ok}${model}`;
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels: { model, version, role, ok: String(ok) }, count: 1 });
    else known.count += 1;
  }

  /** Brings the counter to what was counted. */
  writeTo(counter: Counter): void {
    counter.reset();
    for (const { labels, count } of this.#counts.values()) counter.inc(labels, count);
  }
}

export interface TimesOptions {
  readonly name: string;
  readonly help: string;
  /** Upper bounds in seconds, ascending. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/** A histogram of request times by path that is only put into prom-client's form when it is read. */
export class RequestTimes extends Histogram<'path'> {
  readonly #options: TimesOptions;
  readonly #paths = new Map<string, { readonly counts: Float64Array; sum: number }>();

  constructor(options: TimesOptions) {
    const { name, help, buckets, registry } = options;
    super({ name, help, labelNames: ['path'], buckets: [...buckets], registers: [registry] });
    this.#options = options;
  }

  add(path: string, seconds: number): void {
    let times = this.#paths.get(path);
    if (times === undefined) {
      times = { counts: new Float64Array(this.#options.buckets.length + 1), sum: 0 };
      this.#paths.set(path, times);
    }
    const { buckets } = this.#options;
    let bucket = 0;
    while (bucket < buckets.length && seconds > (buckets[bucket] as number)) bucket += 1;
    times.counts[bucket] = (times.counts[bucket] as number) + 1;
    times.sum += seconds;
  }

  override async get(): ReturnType<Histogram<'path'>['get']> {
    const form = await super.get();
    return { ...form, values: [...this.#paths].flatMap(([path, times]) => this.#valuesOf(path, times)) };
  }

  #valuesOf(path: string, { counts, sum }: { readonly counts: Float64Array; readonly sum: number }) {
    const { name, buckets } = this.#options;
    let total = 0;
    const bounds = [...buckets, '+Inf'].map((le, at) => {
      total += counts[at] as number;
      return { metricName: `${name}_bucket`, labels: { le, path }, value: total, exemplar: null };
    });
    const whole = (suffix: string, value: number) => ({
      metricName: `${name}_${suffix}`,
      labels: { path },
      value,
      exemplar: null,
    });
    return [...bounds, whole('sum', sum), whole('count', total)];
  }
}
