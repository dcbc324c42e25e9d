import { Command } from 'commander';
import type { Options } from './command.ts';
import type { Terminal } from './terminal.ts';
import { type Verb, verbs } from './verbs.ts';

type OnVerb = (verb: Verb, args: readonly (string | undefined)[], options: Options) => void;

/** The command line as commander sees it: made of the table, nothing else. */
export function buildProgram(terminal: Terminal, onVerb: OnVerb): Command {
  const program = new Command('perennial')
    .description('Keeps machine-learning models fresh: checks, retrains, evaluates, asks, rolls out.')
    .version('0.1.0', '-V, --version', 'print the version')
    .option('--json', 'one JSON document on stdout (NDJSON for streams), nothing else')
    .option('--url <url>', 'address of the API (PERENNIAL_API_URL)')
    .option('--token <token>', 'token (PERENNIAL_TOKEN)')
    .option('--no-color', 'no colours (NO_COLOR)')
    .option('--debug', 'show stacks of errors');
  silence(program, terminal);
  // Arguments and options stand in the help of each verb: a list of names is what one can look through, on 80 columns, too.
  program.configureHelp({ subcommandTerm: (command) => command.name() });
  program.addHelpText(
    'after',
    `\nStart here: perennial up, then perennial apply <file>.\nOne verb: perennial <verb> --help`,
  );
  for (const verb of verbs) addVerb(program, verb, terminal, onVerb);
  return program;
}

function addVerb(program: Command, verb: Verb, terminal: Terminal, onVerb: OnVerb): void {
  const words = verb.name.split(' ');
  const name = words.pop() ?? '';
  const parent = words.reduce((above, word) => groupOf(above, word, verb, terminal), program);
  const command = parent.command(name).description(verb.summary);
  silence(command, terminal);
  if (words.length === 0) command.helpGroup(verb.group);
  for (const argument of verb.arguments ?? []) command.argument(argument[0], argument[1]);
  for (const [flags, description] of verb.options ?? []) {
    // `--role <role...>` may be repeated; commander gathers the values.
    command.option(flags, description);
  }
  if (verb.after) command.addHelpText('after', `\n${verb.after}`);
  command.action(() => onVerb(verb, command.processedArgs, command.optsWithGlobals()));
}

function groupOf(parent: Command, word: string, { group }: Verb, terminal: Terminal): Command {
  const existing = parent.commands.find((command) => command.name() === word);
  if (existing) return existing;
  const command = parent
    .command(word)
    .description(groups[word] ?? '')
    .helpGroup(group);
  silence(command, terminal);
  return command;
}

const groups: Readonly<Record<string, string>> = {
  consumers: 'who calls what, with which key and quota',
  compute: 'machines that could be rented, and their prices',
  rollout: 'start a rollout, watch and steer it',
  shadow: 'versions that answer copies of all requests, for as long as you like',
  sweep: 'look at a sweep, verify it and steer it',
  token: 'create tokens',
};

/** Mistakes are thrown, so that they are told in our own words; only help is printed by commander. */
function silence(command: Command, { stdout }: Terminal): void {
  command
    .exitOverride()
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      // Bare `perennial` and bare groups print their help as an error; it is no error.
      writeErr: (text) => void (text.startsWith('error:') ? undefined : stdout.write(text)),
      getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 110),
      getErrHelpWidth: () => Math.min(stdout.columns ?? 100, 110),
    });
}
