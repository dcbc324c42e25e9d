const mostLines = 200;
const longestLine = 2_000;

export interface LogTail {
  add(line: string): void;
  /** The last line that is not blank; empty if there is none. */
  last(): string;
  text(): string;
}

/** The end of a log in bounded memory: at most 200 lines of at most 2,000 characters. */
export function logTail(): LogTail {
  const lines: string[] = [];
  return {
    add(line) {
      lines.push(line.slice(0, longestLine));
      if (lines.length > mostLines) lines.shift();
    },
    last: () => lines.findLast((line) => line.trim() !== '')?.trim() ?? '',
    text: () => lines.join('\n'),
  };
}
