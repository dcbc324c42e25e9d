import type { WriteStream } from 'node:tty';
import { paint, type Style, type Tone } from '../../../src/cli/output/style.ts';

/** Writes the story as it happens: numbered chapters, lines with the time since the start. */
export interface Narrator {
  readonly style: Style;
  chapter(title: string): void;
  line(text: string, tone?: Tone): void;
  /** Text that has its own layout: tables. */
  block(text: string): void;
  seconds(): number;
}

export function narrate(out: WriteStream): Narrator {
  const startedAt = Date.now();
  const color = Boolean(out.isTTY) && !process.env.NO_COLOR;
  const style: Style = { color, width: Math.min(out.columns ?? 120, 120) };
  let chapters = 0;
  const seconds = () => (Date.now() - startedAt) / 1000;
  const stamp = () => paint(style, 'muted', `${seconds().toFixed(1).padStart(6)} s  `);
  return {
    style,
    seconds,
    chapter: (title) => void out.write(`\n${paint(style, 'strong', `${++chapters}  ${title}`)}\n`),
    line: (text, tone = 'plain') => void out.write(`${stamp()}${paint(style, tone, text)}\n`),
    block: (text) => void out.write(`${text.trimEnd()}\n`),
  };
}
