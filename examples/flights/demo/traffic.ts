import { type ReplaySummary, replayFlights } from '../replay.ts';
import type { Stage } from './open.ts';

export interface Traffic {
  /** What has been answered so far. */
  seen(): ReplaySummary | null;
  stop(): Promise<ReplaySummary>;
}

/** Real flights ask the gateway in the order of their departure, much faster than they flew; whether they were late is told 1.5 s later. */
export function startTraffic(
  { platform, flights, signal }: Stage,
  days: { readonly from: string; readonly to: string },
): Traffic {
  const stopping = new AbortController();
  let latest: ReplaySummary | null = null;
  const replay = replayFlights({
    gatewayUrl: platform.urls.gateway,
    flightsFolder: flights,
    ...days,
    ratePerSecond: 250,
    labelDelayMs: 1_500,
    signal: AbortSignal.any([signal, stopping.signal]),
    onProgress: (summary) => {
      latest = summary;
    },
  });
  replay.catch(() => undefined);
  return {
    seen: () => latest,
    stop: () => {
      stopping.abort();
      return replay;
    },
  };
}
