import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import type { AdoptRequest } from '../../activities/workspace-adoption.ts';
import type { OpenRequest } from '../../activities/workspaces.ts';
import type { Launched, LaunchOrder } from '../../src/compute/machines.ts';
import { type Market, type Offer, poolOf } from '../../src/compute/offer.ts';
import type { RentedCompute } from '../../src/plan/schema.ts';
import type { TrainRequest, TrainResult } from '../../src/training/request.ts';
import type { Workspace } from '../../src/training/workspace.ts';
import { fakeActivities } from './fake-activities.ts';
import { aPlan, snapshot } from './plans.ts';

export const aMachineSpec: RentedCompute = {
  provider: 'ec2',
  gpu: 0,
  vramGiB: 0,
  vcpus: 2,
  memoryGiB: 8,
  spot: true,
  maxHours: 1,
  maxUsd: 10,
  onDemandAfter: { misses: 100, minutes: 100 },
  startWithin: '2s',
  silentFor: '2s',
  stalledFor: '1m',
};

export function anOffer(type: string, market: Market = 'spot', usdPerHour = 1): Offer {
  return { type, region: 'us-east-1', zone: 'us-east-1a', market, usdPerHour, vcpus: 4, gpus: 0 };
}

export type Refusal = Omit<Extract<Launched, { kind: 'refused' }>, 'kind' | 'milliseconds'>;
type Answer = 'comes-up' | 'stays-dead' | Refusal | ApplicationFailure;

/** A cloud in a test: machines are Temporal workers on the queue of their order. */
export function rentedWorld(
  environment: TestWorkflowEnvironment,
  world: {
    readonly offers: readonly Offer[];
    /** What the n-th order (from 0) leads to. */
    readonly answer?: (order: LaunchOrder, n: number) => Answer;
    readonly train: (request: TrainRequest) => Promise<TrainResult> | TrainResult;
    readonly ending?: (n: number) => void;
  },
) {
  const orders: LaunchOrder[] = [];
  const living = new Map<string, Promise<Worker> | null>();
  /** What the machines have left in their workspaces. */
  const left = new Map<string, TrainResult | null>();
  const train = async (request: TrainRequest): Promise<TrainResult> => {
    const result = await world.train(request);
    left.set(request.machine?.workspace?.prefix ?? '', result);
    return result;
  };
  let ends = 0;
  const fake = fakeActivities(aPlan({ snapshot }), {
    machineOffers: () => ({ offers: world.offers, avoided: 0 }),
    launchMachine: (order: LaunchOrder): Launched => {
      const n = orders.push(order) - 1;
      const answer = world.answer?.(order, n) ?? 'comes-up';
      if (answer instanceof ApplicationFailure) throw answer;
      if (typeof answer === 'object') return { kind: 'refused', milliseconds: 1, ...answer };
      const machine = `i-${n}`;
      living.set(machine, answer === 'comes-up' ? machineOn(environment, order.queue, train) : null);
      return { kind: 'launched', machine, launchedAt: new Date().toISOString() };
    },
    endMachine: async ({ machine, end }: { machine: string; end: string }) => {
      world.ending?.(ends++);
      const worker = await living.get(machine);
      living.delete(machine);
      worker?.shutdown();
      return { reason: null, end };
    },
    endMachineOf: () => 1,
    noteMachineStart: () => undefined,
    openWorkspace: ({ machine, attempt }: OpenRequest): Workspace => {
      const workspace = { prefix: `machines/${machine}`, label: `a${attempt}-1` };
      left.set(workspace.prefix, null);
      return workspace;
    },
    adoptWork: ({ workspace }: AdoptRequest) => {
      const result = left.get(workspace.prefix);
      left.delete(workspace.prefix);
      return result ?? null;
    },
    shipFolder: () => ({ key: 'models/m/code' }),
    machineConsole: () => 'docker: no space left on device',
  });
  return { ...fake, orders, living, left, pools: () => orders.map(({ offer }) => poolOf(offer)) };
}

async function machineOn(
  { nativeConnection: connection }: TestWorkflowEnvironment,
  taskQueue: string,
  train: (request: TrainRequest) => Promise<TrainResult>,
): Promise<Worker> {
  const worker = await Worker.create({ connection, taskQueue, activities: { train } });
  void worker.run();
  return worker;
}
