/** Port: files of a source that do not lie on this machine. */
export interface RemoteFiles {
  /**
   * Local copies of the files whose URI matches `pattern`, in the order of their URIs; none where nothing matches. As in a shell,
   * `*`, `?` and `[...]` stand for letters other than a slash, and `**` for any number of folders.
   */
  copies(pattern: string): Promise<readonly string[]>;
}
