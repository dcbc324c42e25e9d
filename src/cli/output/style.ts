import pc from 'picocolors';

/** How text may look: every renderer takes it and returns a string. */
export interface Style {
  readonly color: boolean;
  /** Columns that are there. */
  readonly width: number;
}

export type Tone = 'plain' | 'good' | 'bad' | 'warn' | 'muted' | 'strong' | 'accent';

const painters = pc.createColors(true);
const tones: Readonly<Record<Tone, (text: string) => string>> = {
  plain: (text) => text,
  good: painters.green,
  bad: painters.red,
  warn: painters.yellow,
  muted: painters.dim,
  strong: painters.bold,
  accent: painters.cyan,
};

/** Colour repeats what glyph and word already say: without colour nothing is lost. */
export function paint({ color }: Pick<Style, 'color'>, tone: Tone, text: string): string {
  return color && text !== '' ? tones[tone](text) : text;
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Width on the screen: colour escapes do not count. */
export function widthOf(text: string): number {
  return [...text.replaceAll(escapes, '')].length;
}

/** Cuts plain text to `width`, with an ellipsis. */
export function cut(text: string, width: number): string {
  const letters = [...text];
  if (letters.length <= width) return text;
  return width <= 1
    ? letters.slice(0, width).join('')
    : `${letters
        .slice(0, width - 1)
        .join('')
        .trimEnd()}…`;
}

/** Breaks plain text into lines of at most `width`, at blanks. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/** A sentence as lines indented by two that fit the screen. */
export function paragraph(text: string, style: Style, tone: Tone = 'plain'): string {
  return wrap(text, style.width - 2)
    .map((line) => `  ${paint(style, tone, line)}`)
    .join('\n');
}

/** All of a cell in lines of at most `width`: broken at blanks, and within longer words. What goes on is indented. */
export function fold(text: string, width: number): string[] {
  if (widthOf(text) <= width) return [text];
  const start = /^ */.exec(text)?.[0] ?? '';
  const room = Math.max(1, width - start.length - 2);
  const [first = '', ...rest] = wrap(text.trim(), room).flatMap((line) => pieces(line, room));
  return [start + first, ...rest.map((line) => `${start}  ${line}`)];
}

function pieces(line: string, width: number): string[] {
  const letters = [...line];
  const count = Math.ceil(letters.length / width);
  return Array.from({ length: count }, (_, at) => letters.slice(at * width, (at + 1) * width).join(''));
}

/** Messages come from other programs and people: one line each, and no control characters for the terminal to obey. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\p{Cc}/gu, '');
}
