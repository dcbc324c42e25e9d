import { Context, sleep } from '@temporalio/activity';
import type { FullObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import { parseManifest } from '../src/training/checkpoint.ts';
import { checkpointsPrefix, newestManifests, resultKey } from '../src/training/keys.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { type Workspace, workspacePrefix } from '../src/training/workspace.ts';
import { type ComputeWorld, cloudOf } from './compute-access.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { claimForMachine } from './training-attempt.ts';
import { objectKey } from './training-checkpoints.ts';
import { codedStore } from './training-store.ts';
import { type AdoptRequest, adoptWork } from './workspace-adoption.ts';
import { clearForgotten } from './workspace-clearing.ts';

const lookEveryMs = 250;
/** The second is for the case that the first turns out to be broken. */
const checkpointsTaken = 2;

export interface WorkspaceWorld extends Pick<ComputeWorld, 'access' | 'books' | 'runClosedAt' | 'now'> {
  readonly store: FullObjectStore;
}

/**
 * The drop boxes of rented machines. A machine may touch nothing of its run: what it needs is put into its workspace before it begins,
 * and what it has made is taken out of there after its end, when it can change nothing any more.
 */
export function createWorkspaceActivities(world: WorkspaceWorld) {
  const store = codedStore(world.store);
  const told = { ...world, store: { ...world.store, ...store, copy: world.store.copy } };
  return translateErrors({
    /** Names the attempt of this machine and fills its workspace. Null: the cloud does not know the machine, or it has ended already. */
    async openWorkspace({ machine, request, attempt }: OpenRequest): Promise<Workspace | null> {
      return await heartbeating(async () => {
        const arn = await arnOf(world, machine);
        if (arn === null) return null;
        const prefix = workspacePrefix(arn);
        const label = await claimForMachine(told.store, request, { machine, attempt, workspace: prefix });
        for (const key of await inputsOf(told.store, request)) await world.store.copy(key, `${prefix}/${key}`);
        return { prefix, label };
      });
    },

    /**
     * Takes over what the machine has left, once it has ended, and clears its workspace. Nothing that is there already is overwritten.
     * Gives back the result of the job; null while there is none. @throws PRN-RUN-010
     */
    async adoptWork(request: AdoptRequest): Promise<TrainResult | null> {
      return await heartbeating(() => adoptWork(told.store, request));
    },

    /** Clears the workspaces of machines whose runs have ended without their workflow's doing so; their logs are kept. */
    async clearWorkspaces(): Promise<number> {
      const { graceMs } = cloudOf(world);
      return await heartbeating(() => clearForgotten({ ...told, graceMs }));
    },
  });
}

export interface OpenRequest {
  readonly machine: string;
  readonly request: TrainRequest;
  /** Which machine of the job, from 1. */
  readonly attempt: number;
}

/** Waits for a machine that its cloud does not list yet. */
async function arnOf(world: WorkspaceWorld, machine: string): Promise<string | null> {
  const { cloud, graceMs } = cloudOf(world);
  const { cancellationSignal } = Context.current();
  for (const until = world.now().getTime() + graceMs; ; cancellationSignal.throwIfAborted()) {
    const seen = await cloud.see(machine);
    if (seen) return seen.state === 'pending' || seen.state === 'running' ? seen.arn : null;
    if (world.now().getTime() > until) return null;
    await sleep(lookEveryMs);
  }
}

/** Keys of the run that a machine needs: code, the newest checkpoints, and a result, where an earlier attempt has published one. */
async function inputsOf(store: FullObjectStore, request: TrainRequest): Promise<readonly string[]> {
  if (await store.has(resultKey(request))) return [resultKey(request)];
  const checkpoints: string[] = [];
  const manifests = request.checkpointEvery > 0 ? newestManifests(await store.list(checkpointsPrefix(request))) : [];
  for (const key of manifests.slice(0, checkpointsTaken)) {
    const manifest = parseManifest((await readText(store, key)) ?? '');
    const object = manifest && objectKey(key, manifest);
    if (object && (await store.has(object))) checkpoints.push(object, key);
  }
  return [...(request.code === undefined ? [] : [request.code]), ...checkpoints];
}
