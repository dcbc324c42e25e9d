/** What DuckDB says against a file, in one line: below its first line it shows the query, or a page of the reader's settings. */
export function readFault(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [first = ''] = message.split('\n', 1);
  const twice = /Duplicate struct entry name "(.*)"/.exec(first)?.[1];
  if (twice !== undefined) return `its header names the column "${twice}" twice`;
  if (/No magic bytes found at end|too small to be a Parquet file/.test(first)) return 'it is cut off, or no Parquet';
  const line = /CSV Error on Line: (\d+)/.exec(first)?.[1];
  return (line === undefined ? undefined : csvFault(line, message)) ?? first.trim();
}

/** The first line names the line of the file only; why it cannot be read stands behind a copy of it. */
function csvFault(line: string, message: string): string | undefined {
  const counts = /^Expected Number of Columns: (\d+) Found: (\d+)/m.exec(message);
  if (counts !== null)
    return `line ${line} has ${values(Number(counts[2]))}, where the header names ${counts[1]} columns`;
  if (/not utf-8 encoded/.test(message)) return `line ${line} is not UTF-8`;
  if (/unterminated quote/.test(message)) return `line ${line} begins a quoted value that does not end`;
  return undefined;
}

function values(n: number): string {
  return n === 1 ? '1 value' : `${n} values`;
}
