import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readLog } from '../../../src/api/http/run-logs.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import { logKey } from '../../../src/training/keys.ts';

const job = { model: 'delays', run: 'delays-r1', stage: 'fit', trial: null };
const workspace = 'machines/arn:aws:ec2:us-east-1:123456789012:instance/i-1';
const attempt = {
  stage: 'fit',
  trial: null,
  attempt: 'a1-1',
  startedAt: '2030-01-01T00:00:00Z',
  host: 'i-1',
  workspace,
};

async function aStore() {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-logs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = filesystemStore(folder);
  const put = (prefix: string, part: number) =>
    store.put(`${prefix}${logKey(job, 'a1-1', part)}`, Buffer.from(`line ${part}\n`));
  return { store, put };
}

it('reads the log of a rented machine while it lives, while it is taken over, and afterwards', async () => {
  const { store, put } = await aStore();
  for (const part of [1, 2, 3]) await put(`${workspace}/`, part);
  const whole = { text: 'line 1\nline 2\nline 3\n', last: 3, more: false };
  expect(await readLog(store, job, attempt, 0)).toEqual(whole);
  expect(await readLog(store, job, attempt, 2)).toEqual({ ...whole, text: 'line 3\n' });
  for (const part of [1, 2]) await put('', part);
  expect(await readLog(store, job, attempt, 0)).toEqual(whole);
  await put('', 3);
  for (const key of await store.list('machines/')) await store.remove(key);
  expect(await readLog(store, job, attempt, 0)).toEqual(whole);
});

it('shows no gap where a part is moved between the list and the look', async () => {
  const { store, put } = await aStore();
  for (const part of [1, 2]) await put(`${workspace}/`, part);
  const moving = {
    ...store,
    get: async (key: string) => {
      await store.copy(key, key.replace(`${workspace}/`, '')).catch(() => 'exists');
      if (key.startsWith('machines/')) await store.remove(key);
      return await store.get(key);
    },
  };
  expect((await readLog(moving, job, attempt, 0)).text).toBe('line 1\nline 2\n');
});
