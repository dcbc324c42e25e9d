import type { ObjectStore } from './object-store.ts';

/**
 * The object store as a rented machine sees it: everything lies in a store of its own, except the keys that start with one of
 * `shared.prefixes`, which it only reads.
 */
export function workspaceStore(
  own: ObjectStore,
  shared: { readonly store: ObjectStore; readonly prefixes: readonly string[] },
): ObjectStore {
  const storeOf = (key: string) => (shared.prefixes.some((prefix) => key.startsWith(prefix)) ? shared.store : own);
  return {
    put: (key, content, options) => own.put(key, content, options),
    get: (key) => storeOf(key).get(key),
    has: (key) => storeOf(key).has(key),
    list: (prefix) => own.list(prefix),
    localPath: (key) => storeOf(key).localPath(key),
    remove: (key) => own.remove(key),
  };
}
