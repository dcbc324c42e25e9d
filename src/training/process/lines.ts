import type { Readable } from 'node:stream';

/** A line longer than this is cut: somebody printed a matrix, or binary data. */
const longestLine = 64 * 1024;

/** Calls `onLine` for every line of a stream, without its line break; the last line needs none. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) onLine(withoutReturn(line));
  });
  stream.on('end', () => {
    if (rest !== '') onLine(withoutReturn(rest));
  });
}

function withoutReturn(line: string): string {
  return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, longestLine);
}
