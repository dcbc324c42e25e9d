import { groups, model, reason, type Verb } from './verb.ts';

const consumer = ['<name>', 'who calls: a name of letters, digits and . _ @ -'] as const;

/** Who may ask the gateway, and what else may answer. */
export const servingVerbs: readonly Verb[] = [
  {
    name: 'register',
    group: groups.serving,
    summary: 'make a version of a model that another server has: a challenger that can be rolled out',
    arguments: [
      model,
      ['<address>', 'of the model, by the Open Inference Protocol v2: http://host:8000/v2/models/<name>'],
    ],
    options: [['--name <name>', 'of the candidate (upstream)'], reason],
    after: 'Example: perennial register fraud http://triton:8000/v2/models/fraud --reason "the new vendor"',
    load: () => import('./commands/register.ts'),
  },
  {
    name: 'labels',
    group: groups.serving,
    summary: 'tell the gateway what really happened, from a table of ids and labels',
    arguments: [
      model,
      ['<table>', 'Parquet, CSV or JSON lines: a file, a folder, a pattern, several with commas between, also in S3'],
    ],
    options: [
      ['--id <column>', 'that has the request’s id; as the model file names it'],
      ['--label <column>', 'that has the label; as the model file names it'],
    ],
    after:
      'Rows without a label are passed over; sent again, the newest label counts. Exits with 2 when there was none.\nExample: perennial labels flight-delay "data/day=2026-11-*/*.parquet"',
    load: () => import('./commands/labels.ts'),
  },
  {
    name: 'consumers',
    group: groups.serving,
    summary: 'who calls what: quota, requests, since when',
    arguments: [['[model]', 'of this model only']],
    load: () => import('./commands/consumers.ts'),
  },
  {
    name: 'consumers add',
    group: groups.serving,
    summary: 'make a key for a caller of a model; it is shown once',
    arguments: [model, consumer],
    options: [
      [
        '--per-minute <n>',
        'requests that it may send a minute, to each process of a gateway; else as many as it likes',
      ],
    ],
    after:
      'A name that is known gets a new key and this quota; the old key ends.\nExample: perennial consumers add flight-delay shop --per-minute 600',
    load: () => import('./commands/consumers-add.ts'),
  },
  {
    name: 'consumers revoke',
    group: groups.serving,
    summary: 'take the key of a caller away; what it has asked stays on record',
    arguments: [model, consumer],
    after: 'Exits with 2 when it had no key.',
    load: () => import('./commands/consumers-revoke.ts'),
  },
];
