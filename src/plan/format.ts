import type { Problem } from './problem.ts';

/**
 * Problems as people read them: place, code, sentence; the line with a caret under the mistake and the cure beside it; a count at the
 * end. Empty for no problems.
 */
export function formatProblems(problems: readonly Problem[], { color }: { readonly color: boolean }): string {
  if (problems.length === 0) return '';
  const paint = color ? painted : plain;
  return [...problems.map((problem) => formatProblem(problem, paint)), countLine(problems, paint)].join('\n\n');
}

interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly wrong: (text: string) => string;
  readonly cure: (text: string) => string;
}

const plain: Paint = { strong: (t) => t, faint: (t) => t, wrong: (t) => t, cure: (t) => t };
const ansi = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;
const painted: Paint = { strong: ansi(1, 22), faint: ansi(2, 22), wrong: ansi(31, 39), cure: ansi(36, 39) };

/** Long lines are cut around the mistake. */
const widest = 110;

function formatProblem(problem: Problem, paint: Paint): string {
  const { file, line, column, endColumn, code, message, hint } = problem;
  const margin = String(line).length;
  const { text, start } = windowOf(problem);
  const length = Math.max(1, Math.min(endColumn - column, text.length - start));
  const caret = `${' '.repeat(start)}${paint.wrong('^'.repeat(length))}${hint === '' ? '' : ` ${paint.cure(hint)}`}`;
  return [
    `${paint.strong(`${file}:${line}:${column}`)}  ${paint.wrong(code)}  ${message}`,
    `  ${paint.faint(`${line} │`)} ${text}`,
    `  ${paint.faint(`${' '.repeat(margin)} │`)} ${caret}`,
  ].join('\n');
}

/** The line without its indentation, tabs as one blank so that carets stand right, cut to a readable width. */
function windowOf({ excerpt, column }: Problem): { text: string; start: number } {
  const line = excerpt.replaceAll('\t', ' ').trimEnd();
  const indent = Math.min(line.length - line.trimStart().length, column - 1);
  const text = line.slice(indent);
  const start = column - 1 - indent;
  if (text.length <= widest) return { text, start };
  const from = Math.max(0, Math.min(start - 30, text.length - widest));
  const [before, after] = [from > 0 ? '…' : '', from + widest < text.length ? '…' : ''];
  return { text: `${before}${text.slice(from, from + widest)}${after}`, start: start - from + before.length };
}

function countLine(problems: readonly Problem[], paint: Paint): string {
  const files = [...new Set(problems.map(({ file }) => file))];
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  return `${paint.strong(`${count} in ${files.join(', ')}`)}${paint.faint('; codes are explained in docs/errors.md')}`;
}
