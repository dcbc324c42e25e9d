import { connectGateway } from '../../examples/flights/replay/gateway.ts';
import { delayedLabels } from '../../examples/flights/replay/labels.ts';
import { evenPace, slots } from '../../examples/flights/replay/pace.ts';
import { type ReplaySummary, startTally } from '../../examples/flights/replay/tally.ts';
import { parcelsOf } from './parcels.ts';

export interface Traffic {
  /** What has been answered so far. */
  seen(): ReplaySummary;
  /** When requests failed, ms since 1970. */
  readonly failedAtMs: readonly number[];
  stop(): Promise<ReplaySummary>;
}

/** Parcels of `day` ask the gateway again and again, every request under an id of its own; whether they were late is told `labelDelayMs` later. */
export function startTraffic(
  gatewayUrl: string,
  {
    model = 'parcels',
    day,
    ratePerSecond,
    labelDelayMs = 700,
  }: { readonly model?: string; readonly day: string; readonly ratePerSecond: number; readonly labelDelayMs?: number },
): Traffic {
  const stopping = new AbortController();
  const gateway = connectGateway(gatewayUrl, 16);
  const tally = startTally();
  const failedAtMs: number[] = [];
  const failed = (reason: string) => {
    failedAtMs.push(Date.now());
    tally.failed(reason);
  };
  const post = (path: string, body: unknown) => gateway.post(`/v1/models/${model}/${path}`, JSON.stringify(body));
  const labels = delayedLabels(
    labelDelayMs,
    async (batch) => {
      const reply = await post('labels', { labels: batch }).catch(() => null);
      if (reply && reply.status < 300) tally.labelled(batch.length);
    },
    stopping.signal,
  );
  const ask = async (id: string, features: unknown, late: number) => {
    const startedMs = performance.now();
    try {
      const { status, body } = await post('predict', { id, features });
      if (status >= 300) return failed(`${status} ${body.slice(0, 200)}`);
      tally.answered(body, performance.now() - startedMs);
      labels.add({ id, label: late });
    } catch (error) {
      failed(error instanceof Error && 'code' in error ? String(error.code) : String(error));
    }
  };
  const run = async () => {
    const pace = evenPace(ratePerSecond, stopping.signal);
    const running = slots(16);
    for (let round = 0; ; round += 1) {
      for (const { id, features, late } of parcelsOf(day)) {
        if (!(await pace())) return await running.idle();
        await running.start(() => ask(`${id}-${startedAt}-${round}`, features, late));
      }
    }
  };
  const startedAt = Date.now().toString(36);
  const done = run();
  return {
    seen: () => tally.summary(false),
    failedAtMs,
    stop: async () => {
      stopping.abort();
      await done;
      gateway.close();
      return tally.summary(true);
    },
  };
}
