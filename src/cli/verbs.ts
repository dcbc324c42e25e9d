import { asOf, groups, model, reason, rollout, target, type Verb } from './verb.ts';
import { monitoring } from './verbs-monitoring.ts';
import { peopleVerbs } from './verbs-people.ts';
import { reproducing } from './verbs-reproducing.ts';
import { rolloutVerbs } from './verbs-rollout.ts';
import { servingVerbs } from './verbs-serving.ts';
import { sweepVerbs } from './verbs-sweep.ts';

export type { Verb } from './verb.ts';

const platform: readonly Verb[] = [
  {
    name: 'up',
    group: groups.platform,
    summary: 'start everything on this machine',
    options: [
      ['--state <folder>', 'where the state is kept (PERENNIAL_STATE, else .perennial)'],
      ['--port-base <port>', 'move all ports: Temporal here, the others after it'],
      ['--detach', 'return when everything is ready'],
    ],
    load: () => import('./commands/up.ts'),
  },
  {
    name: 'down',
    group: groups.platform,
    summary: 'stop what `up` has started',
    options: [['--state <folder>', 'where the state is kept (PERENNIAL_STATE, else .perennial)']],
    load: () => import('./commands/down.ts'),
  },
  {
    name: 'doctor',
    group: groups.platform,
    summary: 'check programs, servers and clock, with a cure for each',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'token create',
    group: groups.platform,
    summary: 'make a token; it is shown once',
    arguments: [['<name>', 'who will use it: named in every decision']],
    options: [
      ['--role <role...>', 'admin, operator, overruler, approver, viewer, or a role of a plan; may be repeated'],
    ],
    after: 'Example: perennial token create ana --role approver',
    load: () => import('./commands/token-create.ts'),
  },
  {
    name: 'fleet',
    group: groups.platform,
    summary: 'standing machines: who trains on which queue, and whose work waits',
    options: [['--exit-status', 'exit with 2 when work waits on a queue where nobody listens']],
    load: () => import('./commands/fleet.ts'),
  },
  {
    name: 'compute offers',
    group: groups.platform,
    summary: 'machines that could be rented, cheapest first, and why others cannot; needs no server',
    options: [
      ['--gpu <n>', 'GPUs at least (0)'],
      ['--vram <GiB>', 'memory of each GPU at least, as it is sold (0)'],
      ['--memory <GiB>', 'main memory at least (8)'],
      ['--vcpus <n>', 'virtual processors at least (2)'],
      ['--spot', 'also spot machines, at what they can cost at most'],
      ['--limit <n>', 'how many (10)'],
    ],
    after: 'Example: perennial compute offers --gpu 1 --vram 20 --memory 16',
    load: () => import('./commands/compute-offers.ts'),
  },
  {
    name: 'compute refresh',
    group: groups.platform,
    summary: 'read machine types, zones and prices from AWS; needs credentials, and rents nothing',
    options: [['--region <region>', 'of AWS (PERENNIAL_EC2_REGION, else AWS_REGION)']],
    after: 'Example: perennial compute refresh --region eu-central-1',
    load: () => import('./commands/compute-refresh.ts'),
  },
];

const models: readonly Verb[] = [
  {
    name: 'validate',
    group: groups.models,
    summary: 'find all mistakes in a model file, without a server',
    arguments: [['<file...>', 'model files']],
    after: 'Exits with 1 when there is a mistake.',
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'plan',
    group: groups.models,
    summary: 'the stages of a model file, the machines they would rent and the most they can cost, without a server',
    arguments: [['<file>', 'model file']],
    after: 'Exits with 1 when the file has a mistake, or when no machine is large or cheap enough.',
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'apply',
    group: groups.models,
    summary: 'register a model file and make its schedules',
    arguments: [['<file>', 'model file']],
    options: [['--dry-run', 'only show what would change; exits with 2 when something would']],
    load: () => import('./commands/apply.ts'),
  },
  {
    name: 'status',
    group: groups.models,
    summary: 'what is live, what is open, what waits for you',
    arguments: [['[model]', 'one model in detail']],
    options: [['--exit-status', 'exit with 2 when an alarm is open or something waits for a person']],
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'compare',
    group: groups.models,
    summary: 'two tables (files, folders, patterns), column by column, without a server; two versions of a model: diff',
    arguments: [
      [
        '<reference>',
        'a file (Parquet, CSV, JSON lines), a folder, a pattern, several with commas between, or a stored reference',
      ],
      ['<current>', 'the table to hold against it'],
    ],
    options: [
      ['--columns <names>', 'only these, with commas between'],
      ['--alpha <share>', 'probability of any false alarm, over all columns (0.05)'],
      ['--minimum-effect <size>', 'smallest W1/sd or total variation that counts (0.05)'],
      ['--store <folder>', 'keep the reference, sorted: name the folder as <reference> next time'],
      ['--html <file>', 'also write a page with pictures'],
    ],
    after: `Exits with 2 when something drifted or is wrong with the data.
Example: perennial compare 'flights/day=2013-0[1-3]-*/*.parquet' 'flights/day=2013-07-*/*.parquet'`,
    load: () => import('./commands/compare.ts'),
  },
  {
    name: 'history',
    group: groups.models,
    summary: 'who did what, when and why; what was live at an instant',
    arguments: [model],
    options: [
      ['--at <instant>', 'what was live then, and the events until then'],
      ['--limit <n>', 'how many events (30)'],
    ],
    load: () => import('./commands/history.ts'),
  },
  {
    name: 'explain',
    group: groups.models,
    summary: 'why a version was promoted, rejected or rolled back, from the stored evidence alone',
    arguments: [
      ['<model[@version]>', 'flight-delay@3; the stable version by default'],
      ['[version]', 'the same, as a word of its own'],
    ],
    load: () => import('./commands/explain.ts'),
  },
  {
    name: 'card',
    group: groups.models,
    summary: 'the model card of a version: what it is, how good, for whom, and who decided what',
    arguments: [
      ['<model[@version]>', 'flight-delay@3; the stable version by default'],
      ['[version]', 'the same, as a word of its own'],
    ],
    options: [['--html <file>', 'write the report with pictures instead: one file that needs nothing else']],
    load: () => import('./commands/card.ts'),
  },
  {
    name: 'diff',
    group: groups.models,
    summary: 'two versions of a model: data, code, parameters, environment, metrics, answers; two tables: compare',
    arguments: [
      ['<model[@version]>', 'flight-delay@3'],
      ['<version>', 'the version to hold against it; with the model alone before, the first of two'],
      ['[other]', 'the second of two'],
    ],
    after: 'Example: perennial diff flight-delay@3 4',
    load: () => import('./commands/diff.ts'),
  },
];

const runs: readonly Verb[] = [
  {
    name: 'retrain',
    group: groups.runs,
    summary: 'start a run, or join the open one',
    arguments: [model],
    options: [
      asOf,
      reason,
      ['--smoke', 'few trials, no approval, no rollout: for pull requests'],
      ['--no-cache', 'train everything again, whatever was made of the same before'],
      ['--plan <file>', 'another model file, for this run only'],
      ['--trigger <kind>', 'manual, webhook or pull-request'],
      ['--priority <word>', 'urgent, high, normal, low or background, for this run only'],
      ['--watch', 'follow it; exits with 2 when it ends badly'],
    ],
    load: () => import('./commands/retrain.ts'),
  },
  {
    name: 'watch',
    group: groups.runs,
    summary: 'follow a run; Ctrl-C leaves it running',
    arguments: [target],
    after: 'Exits with 2 when the run is rejected, rolled back, failed or cancelled.',
    load: () => import('./commands/watch.ts'),
  },
  {
    name: 'logs',
    group: groups.runs,
    summary: 'what the trainers of a run said, also on machines that are gone',
    arguments: [target, ['[stage]', 'only of this stage']],
    options: [
      ['--trial <n>', 'only of this trial of a sweep'],
      ['--attempt <label>', 'of this attempt (a1, a2-1); the newest by default'],
      ['-f, --follow', 'go on until the run is closed; Ctrl-C leaves it running'],
    ],
    after: 'Example: perennial logs flight-delay boosted -f',
    load: () => import('./commands/logs.ts'),
  },
  {
    name: 'runs',
    group: groups.runs,
    summary: 'the latest runs of a model',
    arguments: [model],
    options: [['--limit <n>', 'how many (20)']],
    load: () => import('./commands/runs.ts'),
  },
  {
    name: 'approve',
    group: groups.runs,
    summary: 'show the evidence, then release the version',
    arguments: [target],
    options: [reason],
    after: 'Example: perennial approve flight-delay --reason "better on every slice"',
    load: () => import('./commands/approve.ts'),
  },
  {
    name: 'reject',
    group: groups.runs,
    summary: 'show the evidence, then turn the version down',
    arguments: [target],
    options: [reason],
    load: () => import('./commands/reject.ts'),
  },
  {
    name: 'retry',
    group: groups.runs,
    summary: 'take a failed stage up again, from where it stopped',
    arguments: [target, ['[stage]', 'the stage; the one that failed by default']],
    load: () => import('./commands/retry.ts'),
  },
  {
    name: 'cancel',
    group: groups.runs,
    summary: 'stop a run; its machines are released',
    arguments: [target],
    load: () => import('./commands/cancel.ts'),
  },
  {
    name: 'machines',
    group: groups.runs,
    summary: 'what is rented now, and what it costs',
    options: [
      ['--run <run>', 'only the machines of this run'],
      ['--all', 'also those that have ended: how, and what they have cost'],
    ],
    load: () => import('./commands/machines.ts'),
  },
];

const serving: readonly Verb[] = [
  {
    name: 'rollout start',
    group: groups.serving,
    summary: 'roll a version out by hand, by the plan of its model, or keep it beside the champion',
    arguments: [model, ['<version>', 'its number']],
    options: [
      reason,
      [
        '--force',
        'overrule the gates that rejected it: needs the role overruler and a reason, and stays with it for ever',
      ],
      ['--watch', 'follow it'],
      ['--standing <share>', 'keep this share, as an A/B test; never promoted by itself'],
      ['--for <duration>', 'how long a standing comparison lasts (14d)'],
    ],
    load: () => import('./commands/rollout-start.ts'),
  },
  {
    name: 'rollout watch',
    group: groups.serving,
    summary: 'follow a rollout; exits with 2 when it is rolled back',
    arguments: [rollout],
    load: () => import('./commands/rollout-watch.ts'),
  },
  {
    name: 'rollout promote',
    group: groups.serving,
    summary: 'give the version all traffic now',
    arguments: [rollout],
    options: [reason],
    load: () => import('./commands/rollout-promote.ts'),
  },
  {
    name: 'rollout abort',
    group: groups.serving,
    summary: 'take the version back now',
    arguments: [rollout],
    options: [reason],
    load: () => import('./commands/rollout-abort.ts'),
  },
  {
    name: 'rollout pause',
    group: groups.serving,
    summary: 'keep the weight as it is; violations still roll back',
    arguments: [rollout],
    options: [reason, ['--resume', 'go on']],
    load: () => import('./commands/rollout-pause.ts'),
  },
  ...rolloutVerbs,
  ...servingVerbs,
  {
    name: 'rollback',
    group: groups.serving,
    summary: 'back to the previous stable version, at once',
    arguments: [model],
    options: [['--to <version>', 'or to this one'], reason],
    load: () => import('./commands/rollback.ts'),
  },
  {
    name: 'query',
    group: groups.models,
    summary: 'ask predictions, evaluations, versions, runs and the request log in SQL',
    arguments: [['<sql>', 'one SELECT in DuckDB’s SQL; - reads standard input']],
    options: [
      ['--model <model>', 'only what belongs to this model'],
      ['--limit <count>', 'rows at most; 100 without it'],
      ['--csv', 'as comma-separated values'],
    ],
    after: `Example: perennial query "select version, part, count(*) n, avg(score) from predictions group by all"`,
    load: () => import('./commands/query.ts'),
  },
  {
    name: 'predict',
    group: groups.serving,
    summary: 'ask the gateway',
    arguments: [model, ['[features]', 'JSON object or list of them; - or nothing reads standard input']],
    options: [
      ['--id <id>', 'request id, to which the label is joined later'],
      ['--key <key>', 'what the split hashes'],
      ['--model-version <version>', 'ask this version, outside of the split'],
    ],
    after: `Example, of a model with two features: perennial predict my-model '{"temp": 54, "carrier": "UA"}'`,
    load: () => import('./commands/predict.ts'),
  },
];

/** Every verb: name, words of its help, and the module that is loaded when it is used. */
export const verbs: readonly Verb[] = [
  ...platform,
  ...models,
  ...monitoring,
  ...runs,
  ...peopleVerbs,
  ...reproducing,
  ...sweepVerbs,
  ...serving,
];
