import { tmpdir } from 'node:os';
import { runCli } from '../../../src/cli/run-cli.ts';
import type { Terminal } from '../../../src/cli/terminal.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TerminalOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly tty?: boolean;
  readonly columns?: number;
  /** What a person types when asked; nobody is there without it. */
  readonly answers?: readonly string[];
  readonly input?: string;
  /** Called with a function that presses Ctrl-C. */
  readonly onReady?: (interrupt: () => void) => void;
}

/** Runs one command line in this process, as if in a terminal of 100 columns or in a pipe. */
export async function perennial(argv: readonly string[], options: TerminalOptions = {}): Promise<Said> {
  const { env = {}, cwd = tmpdir(), tty = false, columns = 100, answers, input = '' } = options;
  const said = { stdout: '', stderr: '' };
  const left = [...(answers ?? [])];
  const sink = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      said[name] += text;
    },
    isTTY: tty,
    ...(tty ? { columns, rows: 40 } : {}),
  });
  const terminal: Terminal = {
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    env,
    cwd,
    interactive: answers !== undefined,
    now: () => new Date('2013-11-20T04:00:00.000Z'),
    ask: async () => left.shift() ?? '',
    readInput: async () => input,
    onInterrupt(callback) {
      options.onReady?.(callback);
      return () => undefined;
    },
  };
  const code = await runCli(argv, terminal);
  return { code, ...said };
}
