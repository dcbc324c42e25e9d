import type { PerennialClient } from '../client/client.ts';
import type { Output } from './output/output.ts';
import type { Terminal } from './terminal.ts';

/** Exit codes, the same for every verb: done, failed, done with a negative answer, somebody would have to be asked. */
export const exit = { ok: 0, error: 1, negative: 2, needsAnswer: 3 } as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

export type Options = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** What every command works with; the client is made when it is first asked for. */
export interface CommandContext {
  readonly output: Output;
  readonly terminal: Terminal;
  client(): Promise<PerennialClient>;
}

export type Command = (
  context: CommandContext,
  args: readonly (string | undefined)[],
  options: Options,
) => Promise<ExitCode>;

/** The text of an option that was given one. */
export function text(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

export const flag = (options: Options, name: string): boolean => options[name] === true;
