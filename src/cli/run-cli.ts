import { CommanderError } from 'commander';
import type { Command, CommandContext, Options } from './command.ts';
import { buildProgram } from './program.ts';
import type { Terminal } from './terminal.ts';
import { type Verb, verbs } from './verbs.ts';

interface Invocation {
  readonly verb: Verb;
  readonly args: readonly (string | undefined)[];
  readonly options: Options;
}

/**
 * Runs one command line and answers with its exit code. Only commander and the table of verbs are loaded before the verb is
 * known: help and mistakes are answered in the time that Node itself takes.
 */
export async function runCli(argv: readonly string[], terminal: Terminal): Promise<number> {
  let invocation: Invocation | null = null;
  const program = buildProgram(terminal, (verb, args, options) => {
    invocation = { verb, args, options };
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0 || error.code === 'commander.help') return 0;
    return await refuse(error, argv, terminal);
  }
  return invocation ? await invoke(invocation, terminal) : 0;
}

async function invoke({ verb, args, options }: Invocation, terminal: Terminal): Promise<number> {
  const { createOutput } = await import('./output/output.ts');
  const output = createOutput(terminal, { json: options.json === true, color: options.color !== false });
  const context: CommandContext = { output, terminal, client: () => connect(terminal, options) };
  try {
    const { run }: { readonly run: Command } = await verb.load();
    return await run(context, args, options);
  } catch (error) {
    const { describeFailure } = await import('./failure.ts');
    const { body, code } = describeFailure(error);
    output.fail(body, options.debug === true && error instanceof Error ? stackOf(error) : null);
    return code;
  }
}

async function connect({ env, cwd }: Terminal, options: Options) {
  const { PerennialClient } = await import('../client/client.ts');
  const { url, token } = options;
  return new PerennialClient({
    env,
    cwd,
    via: 'cli',
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof token === 'string' ? { token } : {}),
  });
}

/** A mistake in the command line: one sentence and one suggestion instead of a wall of help. */
async function refuse(error: CommanderError, argv: readonly string[], terminal: Terminal): Promise<number> {
  const [{ createOutput }, { describeFailure, usageError }] = await Promise.all([
    import('./output/output.ts'),
    import('./failure.ts'),
  ]);
  const [first = '', ...rest] = error.message.split('\n');
  const suggestion = /Did you mean (?:one of )?([^?,]+)/.exec(rest.join(' '))?.[1];
  const sentence = first.replace(/^error: /, '').replace(/\.?$/, '.');
  const message = sentence.charAt(0).toUpperCase() + sentence.slice(1);
  const hint = suggestion ? `Did you mean ${suggestion.replace(/\?$/, '')}?` : `See: perennial ${verbOf(argv)}--help`;
  const { body, code } = describeFailure(usageError(message, hint));
  createOutput(terminal, { json: argv.includes('--json'), color: !argv.includes('--no-color') }).fail(body, null);
  return code;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}

/** The verb that was typed, for `perennial <verb> --help`; empty when it is not one. */
function verbOf(argv: readonly string[]): string {
  const words = argv.filter((word) => !word.startsWith('-'));
  const known = verbs.map(({ name }) => name);
  const typed = [words.slice(0, 2).join(' '), words[0] ?? ''].find((name) => known.includes(name));
  return typed ? `${typed} ` : '';
}
