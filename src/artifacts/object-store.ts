/**
 * Port: immutable things under slash-separated keys. No key may be a prefix of another ("a/b" and "a/b/c" cannot both exist),
 * so that every adapter, also one that maps keys to files, behaves alike. Writes are atomic: a reader sees all or nothing.
 */
export interface ObjectStore {
  /** Writes bytes or the file at `path`. With `ifAbsent` an existing object wins and 'exists' is returned: the fence against zombies. */
  put(
    key: string,
    content: Uint8Array | { readonly path: string },
    options?: { readonly ifAbsent?: boolean },
  ): Promise<'written' | 'exists'>;
  /** @throws PRN-ARTIFACTS-001 when the key does not exist */
  get(key: string): Promise<Uint8Array>;
  has(key: string): Promise<boolean>;
  /** Keys that start with `prefix`, in lexicographic order. */
  list(prefix: string): Promise<string[]>;
  /** A local read-only file with the object's content, for DuckDB and onnxruntime. @throws PRN-ARTIFACTS-001 */
  localPath(key: string): Promise<string>;
  remove(key: string): Promise<void>;
}
