import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import ts from 'typescript';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ec2Cloud } from '../../src/compute/ec2/cloud.ts';
import type { Ec2Settings } from '../../src/compute/ec2/settings.ts';
import type { LaunchOrder, MachineCloud, MachineSighting, MachineState } from '../../src/compute/machines.ts';
import { eventually } from '../e2e/waiting.ts';
import { order as anyOrder, settings as anySettings } from '../unit/compute/ec2/orders.ts';
import { type Cloud, startCloud } from './cloud.ts';

const bench = mkdtempSync(join(tmpdir(), 'ec2-adapter-'));
let fake: Cloud;
let settings: Ec2Settings;
let tokens = 0;

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'control');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'plane');
  fake = await startCloud({ minuteSeconds: 0.5, unseenSeconds: 0.2, instanceProfiles: ['perennial-machine-flights'] });
  settings = {
    ...anySettings,
    endpoint: fake.endpoint,
    ami: 'ami-12345678',
    subnets: await subnetsOf(fake.endpoint),
    securityGroup: null,
    program: { kind: 'command', command: 'echo the worker is here; sleep 300' },
  };
});
beforeEach(async () => await fake.clear());
afterAll(async () => {
  await fake.stop();
  vi.unstubAllEnvs();
  rmSync(bench, { recursive: true, force: true });
});

describe('the adapter of EC2 and a cloud that boots', () => {
  test('a machine is launched, seen with what was ordered, and ended until it is terminated', async () => {
    const { cloud, order, machine } = await launched();
    const seen = await untilState(cloud, machine, 'running');
    const { type, zone, market } = order.offer;
    const { model, run, attempt, token } = order;
    expect(seen).toMatchObject({ machine, type, zone, market, model, run, attempt, token, reason: null });
    expect(Date.parse(seen.deadline) - Date.parse(seen.launchedAt)).toBe(240 * 60_000);
    await cloud.terminate(machine);
    await cloud.terminate(machine);
    expect((await untilState(cloud, machine, 'terminated')).reason).toBe('Client.UserInitiatedShutdown');
    expect((await fake.instance(machine)).processes).toBe(0);
  });

  test('a lost answer throws, and the repeated order is the machine that was made', async () => {
    const before = (await fake.state()).instances.length;
    await fake.faults([{ action: 'RunInstances', code: 'LostResponse' }]);
    const cloud = ec2Cloud(settings);
    const order = newOrder();
    await expect(cloud.launch(order)).rejects.toMatchObject({ code: 'PRN-COMPUTE-022', retryable: true });
    const again = await cloud.launch(order);
    const made = (await fake.state()).instances.slice(before);
    expect(made.map(({ id }) => id)).toEqual([again.kind === 'launched' ? again.machine : null]);
  });

  test.each([
    ['InsufficientInstanceCapacity', 'capacity'],
    ['VcpuLimitExceeded', 'quota'],
    ['RequestLimitExceeded', 'throttle'],
    ['UnauthorizedOperation', 'auth'],
    ['InvalidParameterValue', 'config'],
  ])('%s is a refusal of class %s, after one call', async (code, refusalClass) => {
    await fake.faults([{ action: 'RunInstances', code, times: 'always' }]);
    const answer = await ec2Cloud(settings).launch(newOrder());
    expect(answer).toMatchObject({ kind: 'refused', class: refusalClass, code });
    expect((await fake.state()).calls.filter(({ action }) => action === 'RunInstances')).toHaveLength(1);
  });

  test('the token of a machine that has ended is spent', async () => {
    const { cloud, order, machine } = await launched();
    await cloud.terminate(machine);
    await untilState(cloud, machine, 'terminated');
    expect(await cloud.launch(order)).toMatchObject({ kind: 'refused', class: 'spent-token' });
  });

  test('a token with another order is a mistake in our configuration', async () => {
    const { cloud, order } = await launched();
    expect(await cloud.launch({ ...order, minutes: 10 })).toMatchObject({ class: 'config' });
  });

  test('machines are found by token and by run', async () => {
    const first = await launched({ run: 'run-a' });
    const second = await launched({ run: 'run-b' });
    const found = async (filter: { token?: string; run?: string }) =>
      (await first.cloud.find(filter)).map(({ machine }) => machine);
    await untilState(first.cloud, second.machine, 'running');
    expect(await found({ token: first.order.token })).toEqual([first.machine]);
    expect(await found({ run: 'run-b' })).toEqual([second.machine]);
    expect(await found({})).toEqual(expect.arrayContaining([first.machine, second.machine]));
  });

  test('a worker that cannot start leaves its last words on the console, and its machine ends itself', async () => {
    const command = 'echo cannot find libcuda.so.1 >&2; exit 4';
    const { cloud, machine } = await launched({}, { program: { kind: 'command', command } });
    const ended = await untilState(cloud, machine, 'terminated');
    expect(ended.reason).toBe('Client.InstanceInitiatedShutdown');
    expect(await cloud.consoleOutput(machine)).toContain('ended with status 4; its last lines:\ncannot find libcuda');
  });

  test('a worker that hangs is ended by the machine itself when its minutes are over', async () => {
    const { cloud, machine } = await launched({ minutes: 2 });
    await untilState(cloud, machine, 'running');
    expect((await untilState(cloud, machine, 'terminated')).reason).toBe('Client.InstanceInitiatedShutdown');
  });

  test('a guest sees the spot notice before the cloud takes its machine', async () => {
    const command = `node ${guestThatWatches()}; sleep 1; exit 1`;
    const { cloud, machine } = await launched({}, { program: { kind: 'command', command } });
    await untilState(cloud, machine, 'running');
    await fake.interrupt(machine, 5);
    await untilState(cloud, machine, 'terminated');
    expect(await cloud.consoleOutput(machine)).toMatch(/interrupted terminate 20\d\d-/);
  });

  test('spot prices are those of the cloud, for our zones', async () => {
    await fake.prices({ spot: { 'g4dn.xlarge': { 'us-east-1a': 0.21, 'us-east-1b': 0.19 } } });
    expect(Object.fromEntries(await ec2Cloud(settings).spotPrices(['g4dn.xlarge']))).toEqual({
      'g4dn.xlarge/us-east-1a/spot': 0.21,
      'g4dn.xlarge/us-east-1b/spot': 0.19,
    });
  });
});

interface Launch {
  readonly cloud: MachineCloud;
  readonly order: LaunchOrder;
  readonly machine: string;
}

async function launched(ordered: Partial<LaunchOrder> = {}, set: Partial<Ec2Settings> = {}): Promise<Launch> {
  const cloud = ec2Cloud({ ...settings, ...set });
  const order = { ...newOrder(), ...ordered };
  const answer = await cloud.launch(order);
  if (answer.kind === 'refused') throw new Error(`${answer.code}: ${answer.message}`);
  return { cloud, order, machine: answer.machine };
}

function newOrder(): LaunchOrder {
  tokens += 1;
  return { ...anyOrder, token: `token-${tokens}` };
}

async function untilState(cloud: MachineCloud, machine: string, state: MachineState): Promise<MachineSighting> {
  return await eventually(`${machine} is ${state}`, 15_000, async () => {
    const seen = await cloud.see(machine);
    return seen?.state === state ? seen : null;
  });
}

async function subnetsOf(endpoint: string): Promise<Record<string, string>> {
  const client = new EC2Client({ endpoint, region: 'us-east-1' });
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
  const pairs = Subnets.map(({ AvailabilityZone = '', SubnetId = '' }) => [AvailabilityZone, SubnetId] as const);
  return Object.fromEntries(pairs.filter(([zone]) => ['us-east-1a', 'us-east-1b'].includes(zone)));
}

/** The watch as a program of its own; a guest has Node and none of our build. */
function guestThatWatches(): string {
  const source = readFileSync('src/compute/ec2/spot-notice.ts', 'utf8');
  const options = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions: options });
  const path = join(bench, 'watch.mjs');
  writeFileSync(
    path,
    `${outputText}
const keepAlive = setInterval(() => undefined, 1000);
const watch = await watchSpotNotice({ everyMs: 50, signal: new AbortController().signal });
clearInterval(keepAlive);
console.log(watch.kind, watch.action, watch.time);
`,
  );
  return path;
}
