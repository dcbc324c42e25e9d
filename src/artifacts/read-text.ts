import { isPerennialError } from '../errors/error.ts';
import type { ObjectStore } from './object-store.ts';

/** The text of an object, or null when there is none under the key (any more): one request where asking first would be two. */
export async function readText(store: ObjectStore, key: string): Promise<string | null> {
  try {
    return Buffer.from(await store.get(key)).toString('utf8');
  } catch (error) {
    if (isPerennialError(error) && error.code === 'PRN-ARTIFACTS-001') return null;
    throw error;
  }
}
