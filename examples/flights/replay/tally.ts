/** What a replay did. Times in milliseconds unless they say seconds. */
export interface ReplaySummary {
  readonly sent: number;
  /** Answers with status 2xx. */
  readonly answered: number;
  readonly failed: number;
  /** By HTTP status ("503") or network error ("ECONNREFUSED"). */
  readonly failures: Readonly<Record<string, number>>;
  /** Labels that the gateway has taken. */
  readonly labelled: number;
  /** Answers by version and role, most frequent first. */
  readonly answers: readonly { readonly version: number; readonly role: string; readonly count: number }[];
  /** Of answered requests, as the caller sees it; null when there was none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number } | null;
  readonly seconds: number;
  readonly aborted: boolean;
}

export interface Tally {
  answered(body: string, latencyMs: number): void;
  failed(reason: string): void;
  labelled(count: number): void;
  summary(aborted: boolean): ReplaySummary;
}

export function startTally(): Tally {
  const startedMs = performance.now();
  const latencies = latencyHistogram();
  let answered = 0;
  const failures = new Map<string, number>();
  const answers = new Map<string, { version: number; role: string; count: number }>();
  let labels = 0;
  return {
    answered(body, latencyMs) {
      latencies.add(latencyMs);
      answered += 1;
      const { version, role } = versionOf(body);
      const key = `${version} ${role}`;
      answers.set(key, { version, role, count: (answers.get(key)?.count ?? 0) + 1 });
    },
    failed: (reason) => void failures.set(reason, (failures.get(reason) ?? 0) + 1),
    labelled(count) {
      labels += count;
    },
    summary(aborted) {
      const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
      return {
        sent: answered + failed,
        answered,
        failed,
        failures: Object.fromEntries(failures),
        labelled: labels,
        answers: [...answers.values()].sort((a, b) => b.count - a.count),
        latencyMs: answered === 0 ? null : { p50: latencies.quantile(0.5), p99: latencies.quantile(0.99) },
        seconds: (performance.now() - startedMs) / 1000,
        aborted,
      };
    },
  };
}

function versionOf(body: string): { readonly version: number; readonly role: string } {
  const answer = JSON.parse(body) as { readonly version?: number; readonly role?: string };
  return { version: answer.version ?? 0, role: answer.role ?? 'unknown' };
}

const binMs = 0.1;
const mostMs = 10_000;

/** Counts in bins of 0.1 ms: a summary is wanted every second, and sorting hundreds of thousands of values then would disturb the traffic. */
function latencyHistogram() {
  const bins = new Uint32Array(mostMs / binMs + 1);
  let total = 0;
  return {
    add(ms: number): void {
      const bin = Math.min(bins.length - 1, Math.floor(ms / binMs));
      bins[bin] = (bins[bin] ?? 0) + 1;
      total += 1;
    },
    /** Nearest rank, as the upper edge of its bin. */
    quantile(share: number): number {
      const rank = Math.ceil(share * total);
      let below = 0;
      const bin = bins.findIndex((count) => {
        below += count;
        return below >= rank;
      });
      return Number(((bin + 1) * binMs).toFixed(1));
    },
  };
}
