import { asOf, groups, reason, target, type Verb } from './verb.ts';

/** Verbs about what was made of what: repeated, taken from the cache, tried on a pull request. */
export const reproducing: readonly Verb[] = [
  {
    name: 'smoke',
    group: groups.runs,
    summary: 'run the whole plan of a model file, cheaply, on all its data: for pull requests; nothing is promoted',
    arguments: [['<file>', 'model file']],
    options: [
      asOf,
      reason,
      ['--no-cache', 'train everything again, whatever was made of the same before'],
      ['--summary <file>', 'also append the result as Markdown, as for GITHUB_STEP_SUMMARY'],
    ],
    after: 'Exits with 2 when a stage or a gate fails. With --json one document: docs/reproducible.md.',
    load: () => import('./commands/smoke.ts'),
  },
  {
    name: 'cache',
    group: groups.runs,
    summary: 'which stages of a run were taken from the cache, and why the others were not',
    arguments: [target],
    load: () => import('./commands/cache.ts'),
  },
  {
    name: 'reproduce',
    group: groups.models,
    summary: 'train a version again from its record, and tell whether it comes out identical',
    arguments: [
      ['<model[@version]>', 'flight-delay@3; the stable version by default'],
      ['[version]', 'the same, as a word of its own'],
    ],
    after: 'Exits with 2 when it comes out different. Touches nothing that is live.',
    load: () => import('./commands/reproduce.ts'),
  },
];
