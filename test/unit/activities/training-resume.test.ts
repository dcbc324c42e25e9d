import { join } from 'node:path';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { createWorkspaceActivities, type WorkspaceWorld } from '../../../activities/workspaces.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import type { TrainRequest } from '../../../src/training/request.ts';
import type { Workspace } from '../../../src/training/workspace.ts';
import { type TrainingPlace, trainingPlace, until } from './training-place.ts';

const parameters = { rounds: 2000, subsample: 0.7, colsample_bytree: 0.5 };

describe('a training that moves to another machine', () => {
  it('ends in the same bytes as one that nobody disturbed', async () => {
    const place = await trainingPlace();
    const request = place.request({ parameters, checkpointEvery: 50 });
    const whole = await (await place.machine()).start({ ...request, run: 'delays-r0' }).result;

    const notice = new AbortController();
    const first = await place.machine({ interruption: notice.signal });
    const rented = { ...request, machine: { attempt: 1, stallAfterMs: 60_000 } };
    const cut = first.start(rented);
    await until(() => cut.heartbeats.some(({ step }) => step > 0));
    notice.abort();
    await expect(cut.result).rejects.toMatchObject({
      type: 'PRN-RUN-003',
      message: expect.stringMatching(/after step \d+ of 2000\. The checkpoint of step [1-9]\d* is stored\./),
    });
    expect(await first.leftovers()).toEqual([]);

    const second = await place.machine();
    const resumed = await second.start({ ...rented, machine: { attempt: 2, stallAfterMs: 60_000 } }).result;
    expect(resumed.artifact).toBe('models/delays/runs/delays-r1/fit/single/a2-1');
    expect(resumed.artifactDigest).toBe(whole.artifactDigest);
    expect(await place.log('a2-1')).toMatch(/resumed from the checkpoint of step \d+/);
    expect(await place.log('a1-1')).toMatch(/interrupted: after step \d+ of 2000/);
    expect(await place.keys('checkpoints/')).toEqual([]);
    expect(await second.leftovers()).toEqual([]);
  });

  it('ends in the same bytes where each machine has nothing but a workspace', async () => {
    const place = await trainingPlace();
    const request = place.request({ parameters, checkpointEvery: 50 });
    const whole = await (await place.machine()).start({ ...request, run: 'delays-r0' }).result;
    const { workspaces, boxed } = workspacesOf(place);

    const notice = new AbortController();
    const first = await workspaces.open('i-1', request, 1);
    const cut = (await place.machine({ ...boxed, interruption: notice.signal })).start(onMachine(request, 1, first));
    await until(() => cut.heartbeats.some(({ step }) => step > 0));
    notice.abort();
    await expect(cut.result).rejects.toMatchObject({ type: 'PRN-RUN-003' });
    expect(await place.keys('delays-r1')).toEqual(['models/delays/runs/delays-r1/attempts/fit/single/a1-1.json']);
    expect(await workspaces.adopt(request, first, false)).toBeNull();

    const second = await workspaces.open('i-2', request, 2);
    const resumed = await (await place.machine(boxed)).start(onMachine(request, 2, second)).result;
    expect(await workspaces.adopt(request, second, true)).toEqual(resumed);
    expect(resumed.artifact).toBe('models/delays/runs/delays-r1/fit/single/a2-1');
    expect(resumed.artifactDigest).toBe(whole.artifactDigest);
    expect(await place.log('a2-1')).toMatch(/resumed from the checkpoint of step \d+/);
    expect(await place.log('a1-1')).toMatch(/interrupted: after step \d+ of 2000/);
    expect(await place.keys('checkpoints/')).toEqual([]);
    expect(await place.store.list('machines/')).toEqual([]);
  });
});

function onMachine(request: TrainRequest, attempt: number, workspace: Workspace): TrainRequest {
  return { ...request, machine: { attempt, stallAfterMs: 60_000, workspace } };
}

/** A control plane and machines that share one folder; `boxed` is all of it that a machine has. */
function workspacesOf({ store, folder }: TrainingPlace) {
  const world = {
    store,
    access: { cloud: { see: async (machine: string) => ({ state: 'running', arn: arnOf(machine) }) }, graceMs: 0 },
    now: () => new Date(),
  };
  const { openWorkspace, adoptWork } = createWorkspaceActivities(world as unknown as WorkspaceWorld);
  const run = async <T>(work: () => Promise<T>): Promise<T> => (await new MockActivityEnvironment().run(work)) as T;
  const snapshotOnly: ObjectStore = {
    get: async (key) => await store.get(onlySnapshot(key)),
    localPath: async (key) => await store.localPath(onlySnapshot(key)),
    ...{ put: forbidden, has: forbidden, list: forbidden, remove: forbidden },
  };
  return {
    workspaces: {
      open: async (machine: string, request: TrainRequest, attempt: number) =>
        (await run(() => openWorkspace({ machine, request, attempt }))) ?? { prefix: '', label: '' },
      adopt: async (request: TrainRequest, workspace: Workspace, isDone: boolean) =>
        await run(() => adoptWork({ job: request, workspace, isDone })),
    },
    boxed: { store: snapshotOnly, storeBelow: (prefix: string) => filesystemStore(join(folder, 'objects', prefix)) },
  };
}

const arnOf = (machine: string) => `arn:aws:ec2:us-east-1:123456789012:instance/${machine}`;

function onlySnapshot(key: string): string {
  if (!key.startsWith('s/')) throw new Error(`a machine may not read ${key}`);
  return key;
}

async function forbidden(): Promise<never> {
  throw new Error('a machine may only read, and only its snapshot');
}
