import { groups, model, type Verb } from './verb.ts';

const consumer = ['<name>', 'who calls: a name of letters, digits and . _ @ -'] as const;

/** Who may ask the gateway. */
export const servingVerbs: readonly Verb[] = [
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
