import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { taskQueues } from '../../../workflows/messages.ts';
import { train } from '../../../workflows/train.ts';
import { aTrainRequest } from '../../workflow/plans.ts';
import { aMachineSpec } from '../../workflow/rented-world.ts';
import { type LeakRegion, openLeakRegion } from '../leak-region.ts';
import { noteFigure } from './note.ts';

const pools = 20;
const refusal = { action: 'RunInstances', code: 'InsufficientInstanceCapacity' } as const;
let region: LeakRegion;
let stopControl: () => Promise<void>;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'control');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'plane');
  region = await openLeakRegion(() => ({ fates: [], trainsMs: 50, ended: null }));
  stopControl = await region.startControl();
});
afterAll(async () => {
  await stopControl?.();
  await region?.stop();
  vi.unstubAllEnvs();
});

test('20 pools refuse, the next has a machine; the next run goes there at once', async () => {
  await trained('warm-up');
  const before = await orders();
  await region.cloud.faults([{ ...refusal, times: pools }]);
  await trained('crowded');
  const tried = (await orders()).slice(before.length);
  expect(tried).toHaveLength(pools + 1);
  expect(new Set(tried.map(({ type, az, market }) => `${type}/${az}/${market}`)).size).toBe(pools + 1);
  await noteFigure('refused: calls per pool', (tried.length - 1) / pools);
  await noteFigure('refused: ms', ((tried.at(-1)?.at ?? 0) - (tried[0]?.at ?? 0)) * 1000);
  await trained('next');
  const next = (await orders()).slice(before.length + tried.length);
  const refused = new Set(tried.slice(0, -1).map(({ type, az, market }) => `${type}/${az}/${market}`));
  const again = next.filter(({ type, az, market }) => refused.has(`${type}/${az}/${market}`));
  await noteFigure('refused: calls of the next run', again.length);
});

test('the same pools, asked by the SDK with its defaults', async () => {
  await region.cloud.faults([{ ...refusal, times: 'always' }]);
  const client = new EC2Client({ endpoint: region.cloud.endpoint, region: 'us-east-1' });
  const before = (await orders()).length;
  for (let pool = 0; pool < pools; pool += 1) {
    const order = { ImageId: 'ami-12345678', InstanceType: 't3.large', MinCount: 1, MaxCount: 1 } as const;
    const answer = client.send(new RunInstancesCommand({ ...order, ClientToken: `peer-${pool}` }));
    await expect(answer).rejects.toMatchObject({ name: refusal.code });
  }
  const asked = (await orders()).slice(before);
  await noteFigure('refused: ms of the SDK', ((asked.at(-1)?.at ?? 0) - (asked[0]?.at ?? 0)) * 1000);
  await noteFigure('refused: calls per pool of the SDK', asked.length / pools);
  await region.cloud.faults([]);
  client.destroy();
});

async function orders() {
  return (await region.cloud.state()).calls.filter(({ action }) => action === 'RunInstances');
}

async function trained(run: string): Promise<void> {
  await region.environment.client.workflow.execute(train, {
    taskQueue: taskQueues.control,
    workflowId: run,
    args: [{ request: { ...aTrainRequest(), run }, compute: { ...aMachineSpec, startWithin: '20s' }, timeout: '1m' }],
  });
}
