import { asOf, groups, model, reason, type Verb } from './verb.ts';

const alarm = ['<alarm>', 'its number'] as const;
const column = ['[column]', 'of the model’s data; without it --code for all columns'] as const;
const code = ['--code <code>', 'only findings of this code, such as shifted or missing-day'] as const;
const page = ['--html <file>', 'also write a page with pictures'] as const;
const until = ['--until <instant>', 'a day or an ISO instant of the future'] as const;

/** Checks, the alarms that they open, and what people say to them. */
export const monitoring: readonly Verb[] = [
  {
    name: 'check',
    group: groups.monitoring,
    summary: 'look for drift now, or as of a past day',
    arguments: [model],
    options: [asOf, page],
    after: 'Exits with 2 on an alarm.\nExample: perennial check flight-delay --as-of 2026-11-20',
    load: () => import('./commands/check.ts'),
  },
  {
    name: 'checks',
    group: groups.monitoring,
    summary: 'the checks of a model, newest first; or what one of them has found',
    arguments: [model],
    options: [
      ['--show <instant>', 'the report of the check of this day or instant'],
      page,
      ['--before <instant>', 'only earlier ones: the next page'],
      ['--limit <n>', 'how many (20)'],
    ],
    after: 'Example: perennial checks flight-delay --show 2026-11-20',
    load: () => import('./commands/checks.ts'),
  },
  {
    name: 'alarms',
    group: groups.monitoring,
    summary: 'what is open, of one model or of all, and what is muted',
    arguments: [['[model]', 'only of this model']],
    options: [
      ['--all', 'also those that have closed'],
      ['--limit <n>', 'how many (50)'],
      ['--exit-status', 'exit with 2 when one is open'],
    ],
    load: () => import('./commands/alarms.ts'),
  },
  {
    name: 'alarms show',
    group: groups.monitoring,
    summary: 'everything that an alarm has found, and who said what to it',
    arguments: [alarm],
    load: () => import('./commands/alarms-show.ts'),
  },
  {
    name: 'alarms ack',
    group: groups.monitoring,
    summary: 'say that you know; ends when the alarm gets worse',
    arguments: [alarm],
    options: [reason],
    load: () => import('./commands/alarms-ack.ts'),
  },
  {
    name: 'alarms snooze',
    group: groups.monitoring,
    summary: 'keep an alarm silent, and from starting runs, for a while; ends when it gets worse',
    arguments: [alarm],
    options: [reason, ['--for <duration>', 'such as 12h or 3d (1d)'], until, ['--wake', 'end the snooze']],
    after: 'Example: perennial alarms snooze 12 --for 3d --reason "the sensor is being replaced"',
    load: () => import('./commands/alarms-snooze.ts'),
  },
  {
    name: 'alarms close',
    group: groups.monitoring,
    summary: 'close an alarm; what it knows opens none again until it has gone, or got worse',
    arguments: [alarm],
    options: [reason],
    load: () => import('./commands/alarms-close.ts'),
  },
  {
    name: 'alarms mute',
    group: groups.monitoring,
    summary: 'let findings of a column, or of a code, open no alarm',
    arguments: [model, column],
    options: [reason, code, until, ['--for <duration>', 'such as 12h or 30d; for ever by default']],
    after: 'Example: perennial alarms mute flight-delay visib --until 2026-12-31 --reason "known to be coarse"',
    load: () => import('./commands/alarms-mute.ts'),
  },
  {
    name: 'alarms unmute',
    group: groups.monitoring,
    summary: 'hear of them again',
    arguments: [model, column],
    options: [reason, code],
    load: () => import('./commands/alarms-unmute.ts'),
  },
];
