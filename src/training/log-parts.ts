export interface LogBounds {
  /** Kept from the beginning, which tells how the training started. */
  readonly headBytes: number;
  /** Kept from the end, which tells why it stopped. */
  readonly tailBytes: number;
  /** A part is at most this long; so much waiting is worth writing at once. */
  readonly partBytes: number;
  /** Lines that wait for a slow object store; beyond it they are left out. */
  readonly waitingBytes: number;
}

export const usualBounds: LogBounds = {
  headBytes: 4 * 1_048_576,
  tailBytes: 4 * 1_048_576,
  partBytes: 256 * 1024,
  waitingBytes: 2 * 1_048_576,
};

export interface LogPart {
  readonly part: number;
  readonly text: string;
}

/**
 * Cuts a log into numbered parts of bounded total size. Parts never change once they are taken; when head and tail are full,
 * `obsolete` names the parts between them that may be removed. A reader sees the gap in the numbers.
 */
export class LogParts {
  readonly #bounds: LogBounds;
  readonly #waiting: string[] = [];
  #waitingBytes = 0;
  #leftOut = 0;
  #part = 0;
  #headBytes = 0;
  readonly #tail: { readonly part: number; readonly bytes: number }[] = [];
  #tailBytes = 0;

  constructor(bounds: LogBounds = usualBounds) {
    this.#bounds = bounds;
  }

  /** True when enough waits to be written at once. */
  get full(): boolean {
    return this.#waitingBytes >= this.#bounds.partBytes;
  }

  /** Number of the last part that was taken; 0 at first. */
  get last(): number {
    return this.#part;
  }

  add(line: string): void {
    const bytes = lengthOf(line);
    if (this.#waitingBytes + bytes > this.#bounds.waitingBytes) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += bytes;
  }

  /** The next part, or null when nothing waits. */
  take(): LogPart | null {
    if (this.#waiting.length === 0) return null;
    let bytes = 0;
    let lines = 0;
    for (const line of this.#waiting) {
      if (lines > 0 && bytes + lengthOf(line) > this.#bounds.partBytes) break;
      bytes += lengthOf(line);
      lines += 1;
    }
    const taken = this.#waiting.splice(0, lines);
    this.#waitingBytes -= bytes;
    if (this.#waiting.length === 0 && this.#leftOut > 0) taken.push(leftOutLine(this.#leftOut));
    if (this.#waiting.length === 0) this.#leftOut = 0;
    this.#part += 1;
    this.#count(bytes);
    return { part: this.#part, text: `${taken.join('\n')}\n` };
  }

  /** Parts of the middle to be removed now; each is named once. */
  obsolete(): number[] {
    const gone: number[] = [];
    while (this.#tailBytes > this.#bounds.tailBytes && this.#tail.length > 1) {
      const { part, bytes } = this.#tail.shift() ?? { part: 0, bytes: 0 };
      this.#tailBytes -= bytes;
      gone.push(part);
    }
    return gone;
  }

  #count(bytes: number): void {
    if (this.#tail.length === 0 && this.#headBytes + bytes <= this.#bounds.headBytes) {
      this.#headBytes += bytes;
      return;
    }
    this.#tail.push({ part: this.#part, bytes });
    this.#tailBytes += bytes;
  }
}

/** What stands where parts of the middle are missing. */
export function gapLine(from: number, to: number): string {
  return `[perennial: the log is too long; parts ${from} to ${to} of its middle are not kept]`;
}

function leftOutLine(lines: number): string {
  return `[perennial: ${lines} lines came faster than they could be stored and are left out]`;
}

/** UTF-16 units, near enough to bytes for a bound. */
const lengthOf = (line: string) => line.length + 1;
