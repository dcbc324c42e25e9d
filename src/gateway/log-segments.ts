import type { ObjectStore } from '../artifacts/object-store.ts';
import type { Window } from '../dataset/dataset.ts';
import { daysOf } from '../dataset/windows.ts';
import { gatewayOf, withoutPacked } from './log-packs.ts';

type Reading = Pick<ObjectStore, 'list' | 'localPath'>;

/** Local files of a model's request log, by the days of a window: gateways write a folder a day. Each line is in one of them. */
export async function requestSegments(store: Reading, model: string, window: Window): Promise<string[]> {
  return await newestSegments(store, `requests/${model}`, window, Number.POSITIVE_INFINITY);
}

/**
 * Local files of the newest segments of a log, of each gateway equally many: a key begins with its day and the name of its gateway.
 * @param log `requests/<model>` or `labels/<model>`
 */
export async function newestSegments(store: Reading, log: string, window: Window, atMost: number): Promise<string[]> {
  const days = await Promise.all(daysOf(window).map((day) => store.list(`${log}/${day}/`)));
  const byGateway = new Map<string, string[]>();
  for (const key of withoutPacked(days.flat())) {
    const gateway = gatewayOf(key);
    if (gateway === null) continue;
    const known = byGateway.get(gateway);
    if (known === undefined) byGateway.set(gateway, [key]);
    else known.push(key);
  }
  const each = Math.ceil(atMost / Math.max(1, byGateway.size));
  const keys = [...byGateway.values()].flatMap((own) => own.slice(-each));
  return await Promise.all(keys.map((key) => store.localPath(key)));
}
