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
  /**
   * Gives an object a second key, inside the store: its content does not pass through here. What is there already stays, and
   * 'exists' is returned. @throws PRN-ARTIFACTS-001 when there is no object `from`
   */
  copy?(from: string, to: string): Promise<'written' | 'exists'>;
  /**
   * The bytes from offset `start` to offset `endInclusive`, fewer where the object ends before, none where it ends before `start`.
   * @throws PRN-ARTIFACTS-001, PRN-ARTIFACTS-006
   */
  range?(key: string, start: number, endInclusive: number): Promise<Uint8Array>;
  /**
   * A URL that reads this one object without credentials: for S3 a signed one that ends after `seconds` (up to seven days),
   * for a folder a file: URL that never ends. @throws PRN-ARTIFACTS-001, PRN-ARTIFACTS-006
   */
  link?(key: string, seconds: number): Promise<string>;
}

/** What both adapters are: the optional methods are optional only for stand-ins in tests and for later adapters. */
export type FullObjectStore = Required<ObjectStore>;
