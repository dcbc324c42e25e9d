import { type Verb, verbs } from './verbs.ts';

/** docs/cli.md, made of the same table as the command line itself. */
export function cliReference(): string {
  const groups = [...new Set(verbs.map(({ group }) => group))];
  return [head, ...groups.map(section)].join('\n\n').concat('\n');
}

const head = `# The command line

Made from src/cli/verbs.ts; \`perennial <verb> --help\` says the same.

Every verb takes these options:

| option | what it does |
| --- | --- |
| \`--json\` | one JSON document on stdout, or one per line for streams (\`watch\`, \`rollout watch\`), and nothing else; a failure is \`{code, message, hint, next?, details?}\` |
| \`--url <url>\` | address of the API; else PERENNIAL_API_URL, else \`.perennial/urls.json\` found upwards from here, else http://127.0.0.1:8400 |
| \`--token <token>\` | token; else PERENNIAL_TOKEN, else \`.perennial/token\` |
| \`--no-color\` | no colours, as with NO_COLOR; nothing is told by colour alone |
| \`--debug\` | stacks of errors, on stderr |

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed: the message says what, why and what to do; \`validate\` and \`doctor\` found something wrong |
| 2 | done, with a negative answer: \`check\` raised an alarm, \`watch\` saw a run end badly, \`rollout watch\` saw a rollback, \`apply --dry-run\` would change something, \`status --exit-status\` found that somebody is needed |
| 3 | somebody would have to be asked, and nobody is there; the message holds the command that asks nothing |

On a terminal, \`watch\` draws a tree and Ctrl-C leaves the run alone; in a pipe or a log it writes a line for each change.
A day such as \`2026-11-20\` means its midnight in UTC; all times are UTC.`;

function section(group: string): string {
  const own = verbs.filter((verb) => verb.group === group);
  return [`## ${group.replace(/:$/, '')}`, ...own.map(describe)].join('\n\n');
}

function describe({ name, summary, arguments: parameters = [], options = [], after }: Verb): string {
  const usage = [
    'perennial',
    name,
    ...parameters.map(([syntax]) => syntax),
    ...(options.length > 0 ? ['[options]'] : []),
  ];
  const rows = [...parameters, ...options].map(([syntax, what]) => `| \`${syntax}\` | ${what} |`);
  const table = rows.length > 0 ? ['', '| | |', '| --- | --- |', ...rows] : [];
  const notes = after ? ['', ...after.split('\n').map(noteLine)] : [];
  return [`### \`${usage.join(' ')}\``, '', `${capital(summary)}.`, ...table, ...notes].join('\n');
}

/** `Example: perennial …` becomes code. */
function noteLine(line: string): string {
  const [, command] = /^Example: (.*)$/.exec(line) ?? [];
  return command ? `\n\`\`\`sh\n${command}\n\`\`\`` : line;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
