import type { ObjectStore } from '../artifacts/object-store.ts';
import type { Window } from '../dataset/dataset.ts';
import { daysOf } from '../dataset/windows.ts';

/** Local files of a model's request log, by the days of a window: gateways write a folder a day. */
export async function requestSegments(
  store: Pick<ObjectStore, 'list' | 'localPath'>,
  model: string,
  window: Window,
): Promise<string[]> {
  const keys = await Promise.all(daysOf(window).map((day) => store.list(`requests/${model}/${day}/`)));
  return await Promise.all(keys.flat().map((key) => store.localPath(key)));
}
