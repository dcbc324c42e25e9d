import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { logKinds, type PackLog, packedSegments, packsOf } from '../src/gateway/log-packs.ts';
import { heartbeating, translateErrors } from './failure.ts';

interface LogPacking {
  readonly store: Pick<ObjectStore, 'list' | 'remove'>;
  readonly packLog: PackLog;
}

/** Makes of a log of a file a second one of a file an hour. */
export function createLogPackingActivities({ store, packLog }: LogPacking) {
  return translateErrors({
    /** Removes the segments that were packed before. Gives back how many. */
    removePackedSegments: () =>
      heartbeating(async (note) => {
        let removed = 0;
        for (const kind of logKinds) {
          for (const key of packedSegments(await store.list(`${kind}/`))) {
            await store.remove(key);
            removed += 1;
            note({ removed });
          }
        }
        return removed;
      }),

    /** Packs the segments that are not packed yet; they stay until the next time. Gives back how many. */
    packSegments: () =>
      heartbeating(async (note) => {
        let packed = 0;
        for (const kind of logKinds) {
          for (const pack of packsOf(await store.list(`${kind}/`))) {
            await packLog(kind, pack);
            packed += pack.segments.length;
            note({ packed });
          }
        }
        return packed;
      }),
  });
}
