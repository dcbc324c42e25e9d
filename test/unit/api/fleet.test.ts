import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aModelFile, type Servers, startServers } from './servers.ts';

let servers: Servers;
beforeAll(async () => {
  servers = await startServers();
  const compute = { box: { provider: 'process', queue: 'training-gpu' } };
  const { text, base } = aModelFile({ team: 'vision', priority: 'low', compute });
  const onBox = text.replace('"trainer": "xgboost"', '"trainer": "xgboost", "compute": "box"');
  await servers.as('operator').apply({ text: onBox, base });
});
afterAll(async () => await servers.stop());

describe('the turn of a run', () => {
  it('stands in the schedules of its model', async () => {
    for (const id of ['check:delays', 'retrain:delays']) {
      const { action } = await servers.temporal.client.schedule.getHandle(id).describe();
      expect(action).toMatchObject({ priority: { priorityKey: 4, fairnessKey: 'vision', fairnessWeight: 1 } });
    }
  });

  it('can be asked for with another priority, for one run; one that is joined keeps its own', async () => {
    const operator = servers.as('operator');
    const priority = async () => {
      const { priority } = await servers.temporal.client.workflow.getHandle('retrain:delays').describe();
      return priority;
    };
    await operator.retrain('delays', { priority: 'urgent' });
    expect(await priority()).toMatchObject({ priorityKey: 1, fairnessKey: 'vision' });
    expect((await operator.retrain('delays', { priority: 'high' })).joined).toBe(true);
    expect(await priority()).toMatchObject({ priorityKey: 1 });
  });

  it('is refused in words that are not known', async () => {
    const asked = servers.as('operator').retrain('delays', { priority: 'soon' as never });
    await expect(asked).rejects.toMatchObject({ code: 'PRN-API-003' });
  });
});

describe('the fleet', () => {
  it('tells of every queue that a plan trains on, also while nobody listens there', async () => {
    const { queues, more } = await servers.as('viewer').fleet();
    expect(more).toBe(false);
    expect(queues.map(({ queue, kind, models, workers }) => [queue, kind, models, workers])).toEqual([
      ['perennial', 'control', [], []],
      ['training', 'training', [], []],
      ['training-gpu', 'training', ['delays'], []],
    ]);
  });
});
