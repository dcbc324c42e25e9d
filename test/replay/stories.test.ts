import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devServer, withWorker, workflowBundle } from '../workflow/environment.ts';
import { largestAllowed, largestPayload } from '../workflow/payload-scale.ts';
import { replay, storedNames, storeHistory } from './histories.ts';
import { stories } from './stories.ts';

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  environment = await devServer();
});
afterAll(async () => {
  await environment.teardown();
});

const recording = process.env.PERENNIAL_RECORD_HISTORIES === '1';
const told: string[] = [];

describe('each story, told anew', () => {
  it.each(Object.entries(stories))('%s: replays, and carries only small payloads', async (_, begin) => {
    const { fake, tell } = begin();
    const { client } = environment;
    const files = await withWorker(environment, fake.activities, () => tell(client));
    for (const [name, workflowId] of Object.entries(files)) {
      const history = await client.workflow.getHandle(workflowId).fetchHistory();
      expect(await replay(await workflowBundle(), [{ name, history }])).toEqual({ [name]: null });
      expect(largestPayload(history), name).toBeLessThanOrEqual(largestAllowed);
      expect(largestPayload(history), name).toBeGreaterThan(0);
      if (recording) storeHistory({ name, history });
      told.push(name);
    }
  });

  it('has its histories in the repository, and there are no others', () => {
    expect(storedNames()).toEqual(told.toSorted());
  });
});
