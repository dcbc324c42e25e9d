import type { Sink } from '../terminal.ts';
import { widthOf } from './style.ts';

const clearLine = '\u001b[2K';
const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
const up = (lines: number) => (lines > 0 ? `\u001b[${lines}A` : '');

/** Redraws one block of lines in place, at most five times a second: the newest text wins. */
export class LiveBlock {
  readonly #sink: Sink;
  readonly #everyMs: number;
  #drawn = 0;
  #lastAt = 0;
  #next: string | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(sink: Sink, everyMs = 200) {
    this.#sink = sink;
    this.#everyMs = everyMs;
    sink.write(hideCursor);
  }

  show(text: string): void {
    this.#next = text;
    if (this.#timer) return;
    const waitMs = Math.max(0, this.#lastAt + this.#everyMs - Date.now());
    this.#timer = setTimeout(() => this.#flush(), waitMs);
  }

  /** Draws what is due, leaves it on the screen and gives the cursor back. */
  end(): void {
    this.#flush();
    this.#sink.write(showCursor);
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const text = this.#next;
    this.#next = null;
    if (text === null) return;
    this.#lastAt = Date.now();
    const lines = text.split('\n');
    const rest = Math.max(0, this.#drawn - lines.length);
    const body = lines.map((line) => `${clearLine}${line}\n`).join('');
    this.#sink.write(`${up(this.#drawn)}${body}${`${clearLine}\n`.repeat(rest)}${up(rest)}`);
    this.#drawn = this.#height(lines);
  }

  /** A line wider than the screen takes several rows. */
  #height(lines: readonly string[]): number {
    const columns = this.#sink.columns ?? Number.POSITIVE_INFINITY;
    return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  }
}
