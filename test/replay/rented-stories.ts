import { taskQueues } from '../../workflows/messages.ts';
import { train } from '../../workflows/train.ts';
import { aTrainResult, fakeActivities } from '../workflow/fake-activities.ts';
import * as plans from '../workflow/plans.ts';
import { aMachineSpec, anOffer } from '../workflow/rented-world.ts';
import { until } from '../workflow/story.ts';
import type { Story } from './story.ts';

const { aPlan, snapshot } = plans;

/** A pool without capacity, a machine whose worker never comes up, and then a refusal that no waiting can mend. */
export function rentedInVain(): Story {
  const refusal = (kind: 'capacity' | 'auth', code: string) =>
    ({ kind: 'refused', class: kind, code, message: '', milliseconds: 1 }) as const;
  const launchedAt = '2026-01-01T00:00:00.000Z';
  const answers = [
    refusal('capacity', 'InsufficientInstanceCapacity'),
    { kind: 'launched', machine: 'i-1', launchedAt } as const,
    refusal('auth', 'UnauthorizedOperation'),
  ];
  return {
    fake: fakeActivities(aPlan({ snapshot }), {
      machineOffers: () => ({ offers: ['a', 'b', 'c'].map((type) => anOffer(type)), avoided: 0 }),
      launchMachine: () => answers.shift(),
      machineConsole: () => 'no space left on device',
      noteMachineStart: () => undefined,
      openWorkspace: () => ({ prefix: 'machines/i-1', label: 'a1-1' }),
      adoptWork: () => null,
      endMachine: ({ end }: { end: string }) => ({ reason: null, end }),
    }),
    async tell(client) {
      const compute = { ...aMachineSpec, startWithin: '1s' };
      const args: Parameters<typeof train> = [{ request: plans.aTrainRequest(), compute, timeout: '1m' }];
      const workflowId = `retrain:m/${args[0].request.run}/boosted/1`;
      await client.workflow.execute(train, { taskQueue: taskQueues.control, workflowId, args }).catch(() => undefined);
      return { 'train-rented': workflowId };
    },
  };
}

/** Of a machine nothing is heard, and yet it has come to its result: that is taken over from where it alone could write. */
export function rentedWithWorkspace(): Story {
  const request = plans.aTrainRequest();
  return {
    fake: fakeActivities(aPlan({ snapshot }), {
      machineOffers: () => ({ offers: [anOffer('a')], avoided: 0 }),
      launchMachine: () => ({ kind: 'launched', machine: 'i-1', launchedAt: '2026-01-01T00:00:00.000Z' }) as const,
      machineConsole: () => '',
      noteMachineStart: () => undefined,
      openWorkspace: () => ({ prefix: 'machines/i-1', label: 'a1-1' }),
      adoptWork: () => aTrainResult(request),
      endMachine: ({ end }: { end: string }) => ({ reason: null, end }),
    }),
    async tell(client) {
      const args: Parameters<typeof train> = [
        { request, compute: { ...aMachineSpec, startWithin: '1s' }, timeout: '1m' },
      ];
      const workflowId = `retrain:m/${request.run}/boosted/3`;
      await client.workflow.execute(train, { taskQueue: taskQueues.control, workflowId, args });
      return { 'train-in-workspace': workflowId };
    },
  };
}

/**
 * A quota that all offers share: there is nothing to do but to wait, and it is cancelled meanwhile. The stored history is older than
 * that: it was told when every quota was waited for, and so holds the way that such a run goes on.
 */
export function rentedOverQuota(): Story {
  const refused = { kind: 'refused', class: 'quota', code: 'VcpuLimitExceeded', message: '', milliseconds: 1 } as const;
  return {
    fake: fakeActivities(aPlan({ snapshot }), {
      machineOffers: () => ({ offers: ['a', 'b'].map((type) => anOffer(type)), avoided: 0 }),
      launchMachine: () => refused,
    }),
    async tell(client) {
      const args: Parameters<typeof train> = [{ request: plans.aTrainRequest(), compute: aMachineSpec, timeout: '1m' }];
      const workflowId = `retrain:m/${args[0].request.run}/boosted/2`;
      const job = await client.workflow.start(train, { taskQueue: taskQueues.control, workflowId, args });
      await until(
        async () => (await job.fetchHistory()).events?.some((event) => event.timerStartedEventAttributes) ?? false,
      );
      await job.cancel();
      await job.result().catch(() => undefined);
      return { 'train-over-quota': workflowId };
    },
  };
}
