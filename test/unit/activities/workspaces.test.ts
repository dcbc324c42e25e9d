import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createWorkspaceActivities, type WorkspaceWorld } from '../../../activities/workspaces.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { FullObjectStore } from '../../../src/artifacts/object-store.ts';
import { aTrainRequest } from '../../workflow/plans.ts';

const request = { ...aTrainRequest({ model: 'delays', run: 'delays-r1' }), stage: 'fit', checkpointEvery: 10 };
const { model, run, stage, trial } = request;
const job = { model, run, stage, trial };
const place = `models/delays/runs/delays-r1/fit/${trial === null ? 'single' : `t${trial}`}`;
const arnOf = (machine: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${machine}`;
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let store: FullObjectStore;
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-workspaces-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  store = filesystemStore(folder);
});

const put = async (key: string, text: string) => await store.put(key, Buffer.from(text));
const read = async (key: string) => Buffer.from(await store.get(key)).toString();

async function putCheckpoint(folder: string, step: number, text: string): Promise<void> {
  await put(`${folder}/step-${step}.ubj`, text);
  await put(
    `${folder}/step-${step}.json`,
    JSON.stringify({ step, object: `step-${step}.ubj`, sha256: digestOf(text) }),
  );
}

function activities({ state = 'running', closedAt = null as string | null } = {}) {
  const now = new Date('2030-01-02T00:00:00Z');
  const page = { machine: 'i-1', model, run, terminatedAt: '2030-01-01T00:00:00Z' };
  const world = {
    store,
    access: { cloud: { see: async (machine: string) => ({ state, arn: arnOf(machine) }) }, graceMs: 0 },
    books: { machines: async ({ machine = '' } = {}) => (machine === 'i-1' ? [page] : []) },
    runClosedAt: async () => closedAt,
    now: () => now,
  };
  const { openWorkspace, adoptWork, clearWorkspaces } = createWorkspaceActivities(world as unknown as WorkspaceWorld);
  const environment = () => new MockActivityEnvironment();
  return {
    open: (machine: string, attempt: number) => environment().run(openWorkspace, { machine, request, attempt }),
    adopt: (machine: string, label: string, isDone: boolean) =>
      environment().run(adoptWork, { job, workspace: { prefix: `machines/${arnOf(machine)}`, label }, isDone }),
    clear: () => environment().run(clearWorkspaces),
  };
}

/** A machine's model, as it publishes it. */
async function leaveResult(
  prefix: string,
  label: string,
  model: string,
  artifactDigest = digestOf(model),
): Promise<void> {
  await put(`${prefix}/${place}/${label}/model.onnx`, model);
  await put(`${prefix}/${place}/result.json`, JSON.stringify({ artifact: `${place}/${label}`, artifactDigest }));
}

describe('the workspace of a rented machine', () => {
  it('holds the two newest checkpoints of the run and an attempt that is claimed once', async () => {
    for (const step of [10, 20, 30]) await putCheckpoint(`${place}/checkpoints/a1-1`, step, `model ${step}`);
    await put(`${place}/checkpoints/a1-1/step-40.json`, '{"step": 40, "object": "gone.ubj", "sha256": "no"}');
    const { open } = activities();
    const workspace = await open('i-1', 2);
    expect(workspace).toEqual({ prefix: `machines/${arnOf('i-1')}`, label: 'a2-1' });
    expect((await store.list('machines/')).map((key) => key.slice(key.indexOf('step-')))).toEqual([
      'step-30.json',
      'step-30.ubj',
    ]);
    expect(await open('i-1', 2)).toEqual(workspace);
    expect(await open('i-2', 2)).toMatchObject({ label: 'a2-2' });
    expect(JSON.parse(await read(`models/delays/runs/delays-r1/attempts/fit/single/a2-1.json`))).toMatchObject({
      host: 'i-1',
      workspace: `machines/${arnOf('i-1')}`,
    });
  });

  it('is not opened for a machine that is gone', async () => {
    expect(await activities({ state: 'terminated' }).open('i-1', 1)).toBeNull();
    expect(await store.list('')).toEqual([]);
  });
});

describe('what a rented machine has left', () => {
  const prefix = `machines/${arnOf('i-1')}`;

  it('becomes the result of the run, and its workspace and older checkpoints go', async () => {
    await putCheckpoint(`${place}/checkpoints/a1-1`, 10, 'old');
    await leaveResult(prefix, 'a2-1', 'the model');
    await put(`${prefix}/${place}/logs/a2-1/000001.log`, 'said');
    const result = await activities().adopt('i-1', 'a2-1', true);
    expect(result).toMatchObject({ artifact: `${place}/a2-1` });
    expect(await store.list('')).toEqual([
      `${place}/a2-1/model.onnx`,
      `${place}/logs/a2-1/000001.log`,
      `${place}/result.json`,
    ]);
    // Asked again after a lost answer.
    expect(await activities().adopt('i-1', 'a2-1', true)).toEqual(result);
  });

  it('is of use also after a crash: its checkpoints, and its result where it had come to one', async () => {
    await putCheckpoint(`${prefix}/${place}/checkpoints/a1-1`, 10, 'ten');
    expect(await activities().adopt('i-1', 'a1-1', false)).toBeNull();
    expect(await read(`${place}/checkpoints/a1-1/step-10.ubj`)).toBe('ten');
    await leaveResult(prefix, 'a1-1', 'the model');
    expect(await activities().adopt('i-1', 'a1-1', false)).toMatchObject({ artifact: `${place}/a1-1` });
  });

  it('never replaces what is there: the first result stands, whoever else comes with one', async () => {
    await leaveResult(prefix, 'a1-1', 'first');
    await activities().adopt('i-1', 'a1-1', true);
    const zombie = `machines/${arnOf('i-2')}`;
    await leaveResult(zombie, 'a1-1', 'second');
    expect(await activities().adopt('i-2', 'a1-1', true)).toMatchObject({ artifactDigest: digestOf('first') });
    expect(await read(`${place}/a1-1/model.onnx`)).toBe('first');
    expect(await store.list('machines/')).toEqual([]);
  });

  it.each([
    [
      'a model that is another than its result says',
      async () => leaveResult(prefix, 'a1-1', 'model', digestOf('other')),
    ],
    ['a result of another attempt', async () => leaveResult(prefix, 'a7-1', 'model')],
    ['no result', async () => undefined],
    ['a result that is none', async () => void (await put(`${prefix}/${place}/result.json`, '{"artifact"'))],
  ])('is refused where it is %s', async (_, leave) => {
    await leave();
    await expect(activities().adopt('i-1', 'a1-1', true)).rejects.toMatchObject({ type: 'PRN-RUN-010' });
    expect(await store.list(place)).toEqual([]);
    expect(await activities().adopt('i-1', 'a1-1', false)).toBeNull();
  });

  it('goes when its run has ended without it, and leaves the log of its own attempt', async () => {
    const { open } = activities();
    await open('i-1', 1);
    await put(`${prefix}/${place}/logs/a1-1/000001.log`, 'said');
    await put(`${prefix}/${place}/logs/a9-9/000001.log`, 'forged');
    await put(`machines/${arnOf('i-9')}/${place}/logs/a1-1/000002.log`, 'a stranger');
    expect(await activities().clear()).toBe(0);
    expect(await activities({ closedAt: '2030-01-01T12:00:00Z' }).clear()).toBe(1);
    expect(await store.list(`${place}/logs/`)).toEqual([`${place}/logs/a1-1/000001.log`]);
    expect(await store.list(`${prefix}/`)).toEqual([]);
    expect(await store.list('machines/')).toHaveLength(1);
  });
});
