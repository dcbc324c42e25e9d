import { groups, model, reason, rollout, type Verb } from './verb.ts';

const shadowed = ['<model>@<version>', 'flight-delay@7'] as const;

/** Verbs of rollouts beside those that start, follow and end them. */
export const rolloutVerbs: readonly Verb[] = [
  {
    name: 'rollout set-weight',
    group: groups.serving,
    summary: 'give the canary another share of the requests, at once',
    arguments: [rollout, ['<share>', '0.25 or 25%; later steps do not lower it']],
    options: [reason],
    after: 'Example: perennial rollout set-weight flight-delay 25% --reason "all quiet"',
    load: () => import('./commands/rollout-set-weight.ts'),
  },
  {
    name: 'rollout report',
    group: groups.serving,
    summary: 'what a rollout or a standing comparison has shown, and what is still open',
    arguments: [rollout],
    load: () => import('./commands/rollout-report.ts'),
  },
  {
    name: 'rollout simulate',
    group: groups.serving,
    summary: 'how long a rollout will take and what it can find, before it starts',
    arguments: [['<model-or-file>', 'a model, with its logged traffic; or a model file, without a server']],
    options: [
      ['--requests <rate>', 'requests: 10000/h, 200/m or 3/s'],
      ['--errors <share>', 'of the champion’s requests that fail: 0.1%'],
      ['--wrong <share>', 'of its answers that are wrong: 20%'],
      ['--positives <share>', 'of its answers that are positive: 20%'],
      ['--labels-after <duration>', 'how long labels take: 6h'],
      ['--labelled <share>', 'of the answers that ever get a label: 100%'],
      ['--hours <n>', 'of the log to read (24)'],
      ['--rollouts <n>', 'how many to play through (40)'],
    ],
    after:
      'Example: perennial rollout simulate flight-delay.model.json --requests 10000/h --wrong 28% --labels-after 6h',
    load: () => import('./commands/rollout-simulate.ts'),
  },
  {
    name: 'shadow add',
    group: groups.serving,
    summary: 'send a version copies of all requests, beside any rollout, until it is removed',
    arguments: [shadowed],
    options: [reason],
    after: 'Example: perennial shadow add flight-delay@7 --reason "compare for a month"',
    load: () => import('./commands/shadow-add.ts'),
  },
  {
    name: 'shadow remove',
    group: groups.serving,
    summary: 'send a standing shadow nothing any more',
    arguments: [shadowed],
    options: [reason],
    load: () => import('./commands/shadow-remove.ts'),
  },
  {
    name: 'shadow list',
    group: groups.serving,
    summary: 'the standing shadows of a model: since when, by whom and why',
    arguments: [model],
    load: () => import('./commands/shadow-list.ts'),
  },
  {
    name: 'holdback',
    group: groups.serving,
    summary: 'what happens where answers were not acted upon, beside the rest',
    arguments: [model],
    options: [['--days <n>', 'of the log to read (30)']],
    after: 'Exits with 2 when acting on the answers changes the labels.',
    load: () => import('./commands/holdback.ts'),
  },
];
