import { describe, expect, test } from 'vitest';
import { formatProblems } from '../../../src/plan/format.ts';
import { plant } from './base-for-test.ts';
import { read } from './read-for-test.ts';

/** Files that stand close to a rule and keep it. */
const right: readonly (readonly [title: string, find: string, write: string])[] = [
  [
    'an on-demand machine without checkpoints',
    '"maxUsd": 20 } },\n  "notify"',
    '"maxUsd": 20 }, "calm": { "provider": "ec2", "spot": false, "maxHours": 1, "maxUsd": 1 } },\n  "notify"',
  ],
  [
    'a trainer of one’s own on a rented machine',
    '"{here}/train.py"] }',
    '"{here}/train.py"] }, "compute": "gpu", "checkpointEvery": 1',
  ],
  ['a worker that runs already', '"compute": { "gpu"', '"compute": { "big": { "provider": "process" }, "gpu"'],
  ['an https webhook', '"$SLACK_WEBHOOK"', '"https://hooks.example.com/a/b?c=d"'],
  ['a webhook on this machine', '"$SLACK_WEBHOOK"', '"http://127.0.0.1:9000/hook"'],
  ['a comparison without "by"', ', "by": -0.01', ''],
  ['a gate with a bound and a comparison', '"atLeast": 0.65', '"atLeast": 0.65, "versus": "champion", "by": 0.01'],
  ['a gate whose bounds touch', '"atLeast": 0.65', '"atLeast": 0.65, "atMost": 0.65'],
  ['a window just longer than its parts', '"holdout": "14d"', '"holdout": "82d"'],
  ['an escalation just in time', '"after": "24h"', '"after": "47h"'],
  ['braces of another program', '["./report.sh"]', '["jq", "{a: .b}", "{}", "{name}"]'],
  [
    'a metric of one’s own trainer',
    '"seed": 7',
    '"sweep": { "trials": 2, "metric": "ndcg", "space": { "a": { "choice": [1, "1", true] } } }',
  ],
  [
    'a first command before the snapshot',
    '"snapshot": {',
    '"fetch": { "kind": "command", "run": ["fetch"] }, "snapshot": {',
  ],
  ['promotions where there are checkpoints', '"trials": 8,', '"trials": 8, "earlyStopping": { "promote": true },'],
  ['rungs of one’s own', '"trials": 8,', '"trials": 8, "earlyStopping": { "eta": 4, "firstRung": 0.1 },'],
  ['steps in cron fields', '"0 6 * * *"', '"*/15 6-18/2 1,15 jan-jun mon-fri"'],
  ['a policy for each kind of alarm', '"onAlarm": "retrain"', '"onAlarm": { "quality": "notify", "drift": "retrain" }'],
  ['an alarm that closes at once', '"cooldown": "7d"', '"closesAfter": 1'],
  ['a cooldown of nothing', '"cooldown": "7d"', '"cooldown": "0s"'],
  [
    'JSON of any form for an activity',
    '"own": {',
    '"tell": { "kind": "activity", "activity": "tell", "input": [{ "a": null }] }, "own": {',
  ],
];

const unsafe = [
  'http://127.0.0.1.example.com/',
  'http://localhost@example.com/',
  'https://',
  'ftp://example.com/',
  '$',
  '$A B',
  'https:// example.com',
];

describe('readModelFile accepts', () => {
  test.each(right)('%s', (_, find, write) => {
    const result = read(plant([find, write]).text);
    expect(result.ok ? '' : formatProblems(result.problems, { color: false })).toBe('');
  });
});

test('a spot machine needs no checkpoints where a training cannot take more than an hour', () => {
  const codes = (maxHours: string) => {
    const unsaved: [string, string] = ['"compute": "gpu",\n      "checkpointEvery": 10', '"compute": "gpu"'];
    const result = read(plant(unsaved, ['"maxHours": 4', `"maxHours": ${maxHours}`]).text);
    return result.ok ? [] : result.problems.map(({ code }) => code);
  };
  expect(codes('1')).toEqual([]);
  expect(codes('1.1')).toEqual(['PRN-PLAN-019']);
});

describe('readModelFile refuses', () => {
  test.each(unsafe)('the webhook %s', (webhook) => {
    expect(read(plant(['$SLACK_WEBHOOK', webhook]).text)).toMatchObject({
      ok: false,
      problems: [{ code: 'PRN-PLAN-027' }],
    });
  });

  test('a spot machine as the default of ec2, but not when a stage does not use it', () => {
    const unused = plant(['"compute": "gpu",\n      "checkpointEvery": 10', '"compute": "local"']).text;
    expect(read(unused).ok).toBe(true);
    const calm = plant(
      ['"compute": "gpu",\n      "checkpointEvery": 10', '"compute": "gpu"'],
      ['"gpu": 1, "max', '"spot": false, "max'],
    );
    expect(read(calm.text).ok).toBe(true);
  });
});
