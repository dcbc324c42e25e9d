import { groups, model, reason, type Verb } from './verb.ts';

/** Roles that people lend each other, and what was told to whom. */
export const peopleVerbs: readonly Verb[] = [
  {
    name: 'delegate',
    group: groups.runs,
    summary: 'lend somebody a role of yours until a day: their votes count by it',
    arguments: [
      ['<role>', 'a role that your token holds'],
      ['<name>', 'name of the token that may use it'],
    ],
    options: [['--until <instant>', 'a day or an ISO instant: then it ends by itself'], reason],
    after: 'Example: perennial delegate approver bo --until 2027-01-07 --reason "on holiday"',
    load: () => import('./commands/delegate.ts'),
  },
  {
    name: 'delegations',
    group: groups.runs,
    summary: 'who has lent whom which role',
    options: [['--all', 'also those that have ended']],
    load: () => import('./commands/delegations.ts'),
  },
  {
    name: 'delegations revoke',
    group: groups.runs,
    summary: 'end a delegation now',
    arguments: [['<number>', 'of the delegation']],
    options: [reason],
    load: () => import('./commands/delegations-revoke.ts'),
  },
  {
    name: 'notices',
    group: groups.runs,
    summary: 'what was told to whom, and what did not arrive',
    arguments: [model],
    options: [
      ['--limit <n>', 'how many (20)'],
      ['--exit-status', 'exit with 2 when something did not arrive'],
    ],
    load: () => import('./commands/notices.ts'),
  },
];
