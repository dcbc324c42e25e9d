import type { ErrorBody } from '../../api/wire.ts';
import type { Terminal } from '../terminal.ts';
import type { Style } from './style.ts';

/**
 * Where everything that a command says goes. `human` is a terminal, `plain` a pipe or a log, `json` a program: exactly one
 * document, or one per line for streams, and nothing else on stdout.
 */
export interface Output {
  readonly mode: 'human' | 'plain' | 'json';
  readonly style: Style;
  /** The command's one result. */
  document(value: unknown, render: (style: Style) => string): void;
  /** One element of a stream. */
  item(value: unknown, render: (style: Style) => string): void;
  /** For people only: progress, what to do next. Goes to stderr when a program reads stdout. */
  note(text: string): void;
  fail(error: ErrorBody, stack: string | null): void;
}

export interface OutputOptions {
  readonly json: boolean;
  /** False for --no-color. */
  readonly color: boolean;
}

export function createOutput(terminal: Terminal, options: OutputOptions): Output {
  const { stdout, stderr } = terminal;
  const mode = options.json ? 'json' : stdout.isTTY ? 'human' : 'plain';
  const style: Style = { color: hasColor(terminal, options), width: widthFor(terminal) };
  const line = (text: string) => stdout.write(`${text}\n`);
  const show = (value: unknown, render: (style: Style) => string, indent?: number) =>
    line(mode === 'json' ? JSON.stringify(value, null, indent) : render(style));
  return {
    mode,
    style,
    document: (value, render) => show(value, render, 2),
    item: (value, render) => show(value, render),
    note: (text) => void (mode === 'json' ? stderr : stdout).write(`${text}\n`),
    fail(error, stack) {
      if (mode === 'json') line(JSON.stringify(error, null, 2));
      else stderr.write(`${failureText(error)}\n`);
      if (stack !== null) stderr.write(`${stack}\n`);
    },
  };
}

/** What happened, what to do, and the code to look up: three lines at most, unless there are commands to offer. */
function failureText({ code, message, hint, next = [] }: ErrorBody): string {
  const commands = next.filter((command) => !hint.includes(command)).map((command) => `  ${command}`);
  return [message, `  ${hint}`, ...commands, `  ${code}`].join('\n');
}

function hasColor({ stdout, env }: Terminal, { color }: OutputOptions): boolean {
  if (!color || env.NO_COLOR || env.TERM === 'dumb') return false;
  return stdout.isTTY === true || Boolean(env.FORCE_COLOR);
}

function widthFor({ stdout, env }: Terminal): number {
  const columns = stdout.columns ?? Number(env.COLUMNS);
  return Number.isInteger(columns) && columns >= 40 ? columns : 100;
}
