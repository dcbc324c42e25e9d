import { groups, reason, swept, target, type Verb } from './verb.ts';

const stage = ['[stage]', 'the train stage; the one that runs by default'] as const;

const ended = ['[stage]', 'the train stage; the one with a sweep by default'] as const;

/** A look at sweeps, and orders to those that are under way. */
export const sweepVerbs: readonly Verb[] = [
  {
    name: 'sweep show',
    group: groups.runs,
    summary: 'show how a sweep went: the best so far, which parameters matter, what was ended early',
    arguments: [swept, ended],
    options: [
      ['--csv', 'every trial as a line of CSV'],
      ['--svg <file>', 'write a picture: the best so far, parallel coordinates, importance, rungs, cost'],
    ],
    after: 'Example: perennial sweep show flight-delay --csv > trials.csv',
    load: () => import('./commands/sweep-show.ts'),
  },
  {
    name: 'sweep verify',
    group: groups.runs,
    summary: 'make every suggestion of a sweep again and compare it with what was trained',
    arguments: [swept, ended],
    after: 'Exit code 2: some trials have other parameters than this release suggests.',
    load: () => import('./commands/sweep-verify.ts'),
  },
  {
    name: 'sweep pause',
    group: groups.runs,
    summary: 'start no further trial; those that run go on to their end',
    arguments: [target, stage],
    options: [reason],
    load: () => import('./commands/sweep-pause.ts'),
  },
  {
    name: 'sweep resume',
    group: groups.runs,
    summary: 'let a paused sweep go on',
    arguments: [target, stage],
    options: [reason],
    load: () => import('./commands/sweep-resume.ts'),
  },
  {
    name: 'sweep stop',
    group: groups.runs,
    summary: 'end a sweep now; its run goes on with the best trial that has finished',
    arguments: [target, stage],
    options: [reason],
    load: () => import('./commands/sweep-stop.ts'),
  },
  {
    name: 'sweep extend',
    group: groups.runs,
    summary: 'give a sweep more trials, also one that has ended',
    arguments: [target, stage],
    options: [['--by <n>', 'how many more must finish'], reason],
    after: 'Example: perennial sweep extend flight-delay --by 20 --reason "still getting better"',
    load: () => import('./commands/sweep-extend.ts'),
  },
  {
    name: 'sweep parallel',
    group: groups.runs,
    summary: 'change how many trials of a sweep run at a time',
    arguments: [target, stage],
    options: [['--to <n>', 'how many'], reason],
    after: 'Example: perennial sweep parallel flight-delay boosted --to 8 --reason "the night is free"',
    load: () => import('./commands/sweep-parallel.ts'),
  },
];
