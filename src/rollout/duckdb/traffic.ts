import type { ObjectStore } from '../../artifacts/object-store.ts';
import { noTraffic } from '../no-traffic.ts';
import type { Traffic } from '../traffic.ts';
import { type CountedLog, openCountedLog } from './counted-log.ts';

/** More rollouts than this are not under way at once on one worker; what is dropped is counted again from the log. */
const keptAtMost = 32;

/** Counts a rollout's requests from the gateways' log segments with DuckDB: each look reads only what is new since the one before. */
export function duckdbTraffic({ store, now }: { readonly store: ObjectStore; readonly now: () => Date }): Traffic {
  const kept = new Map<string, Promise<CountedLog>>();
  const forget = (rollout: string): void => {
    const log = kept.get(rollout);
    kept.delete(rollout);
    log?.then((opened) => opened.close()).catch(() => undefined);
  };
  return {
    async tally(request) {
      const { rollout } = request;
      const log = kept.get(rollout) ?? openCountedLog({ store, now }, request);
      // Used last stands last: the first is the one to drop.
      kept.delete(rollout);
      kept.set(rollout, log);
      const [oldest] = kept.keys();
      if (kept.size > keptAtMost && oldest !== undefined) forget(oldest);
      try {
        return (await (await log).look()) ?? noTraffic;
      } catch (error) {
        // Half a look may have been counted: the next one begins anew.
        forget(rollout);
        throw error;
      }
    },
    forget,
  };
}
