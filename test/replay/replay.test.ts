import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkflows, workflowBundle } from '../workflow/environment.ts';
import { largestAllowed, largestPayload } from '../workflow/payload-scale.ts';
import { readHistory, replay, storedNames } from './histories.ts';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const histories = storedNames().map(readHistory);

describe('the stored histories', () => {
  it('replay with the workflows of today: what is open now survives the next deployment', async () => {
    expect(histories.length).toBeGreaterThanOrEqual(8);
    const errors = await replay(await workflowBundle(), histories);
    expect(errors).toEqual(Object.fromEntries(histories.map(({ name }) => [name, null])));
  });

  it('carry no payload over 64 KiB', () => {
    for (const { name, history } of histories) {
      expect(largestPayload(history), name).toBeGreaterThan(0);
      expect(largestPayload(history), name).toBeLessThanOrEqual(largestAllowed);
    }
  });
});

describe('the guard itself', () => {
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'perennial-replay-'));
    for (const folder of ['src', 'workflows', 'activities'])
      cpSync(join(repository, folder), join(copy, folder), { recursive: true });
    cpSync(join(repository, 'package.json'), join(copy, 'package.json'));
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });

  it.each([
    {
      change: 'an activity more',
      file: 'workflows/train.ts',
      from: 'const timeoutMs = durationMs(input.timeout);',
      to: 'const timeoutMs = durationMs(input.timeout);\n  await trainerOn(taskQueues.training, 1_000).train(request);',
      breaks: ['train', 'train-in-workspace', 'train-over-quota', 'train-rented'],
    },
    {
      change: 'a wait less',
      file: 'workflows/rental.ts',
      from: "&& !patched('other-quotas-at-once')",
      to: '&& false',
      breaks: ['train-over-quota'],
    },
    {
      change: 'an activity for a child',
      file: 'workflows/sweep-trial.ts',
      from: " || !patched('sweep-trials-are-activities')",
      to: '',
      breaks: ['sweep-in-turn', 'sweep-of-activities', 'sweep-steered'],
    },
    {
      change: 'an activity less',
      file: 'workflows/rollout.ts',
      from: 'if (!end.promote) await rollouts.withdrawVersion(',
      to: 'if (!end.promote) void (',
      breaks: ['rollout-rolled-back'],
    },
    {
      change: 'another order',
      file: 'workflows/check.ts',
      from: 'const measured = await checks.measureCheck({ model: input.model, asOf });',
      to: `await alarms.openAlarm({ model: input.model, asOf, summary: '', evidence: '' });
  const measured = await checks.measureCheck({ model: input.model, asOf });`,
      breaks: ['check-alarm', 'check-recorded', 'check-wide'],
    },
  ])('finds $change in $file, and blames nothing else', async ({ file, from, to, breaks }) => {
    const path = join(copy, file);
    const original = readFileSync(path, 'utf8');
    expect(original.split(from), 'the line that this test changes stands once in the file').toHaveLength(2);
    writeFileSync(path, original.replace(from, to));
    try {
      const errors = await replay(await bundleWorkflows(join(copy, 'workflows/index.ts')), histories);
      const broken = Object.entries(errors).filter(([, error]) => error !== null);
      expect(broken.map(([name]) => name).toSorted()).toEqual(breaks);
      for (const [, error] of broken) expect(error).toMatch(/nondeterminism/i);
    } finally {
      writeFileSync(path, original);
    }
  });
});
