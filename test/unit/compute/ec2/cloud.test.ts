import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { ec2Cloud } from '../../../../src/compute/ec2/cloud.ts';
import type { MachineCloud } from '../../../../src/compute/machines.ts';
import {
  brokenGateway,
  type Ec2Server,
  hangsUp,
  instanceXml,
  refuses,
  says,
  saysNothing,
  startEc2Server,
} from './ec2-server.ts';
import { order, settings } from './orders.ts';

let server: Ec2Server;
let cloud: MachineCloud;

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
beforeEach(async () => {
  server = await startEc2Server();
  cloud = ec2Cloud({ ...settings, endpoint: server.endpoint }, { launchMs: 300, askMs: 300 });
  return async () => await server.close();
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const tags = { 'perennial:managed': 'true', 'perennial:run': 'run-7', 'perennial:minutes': '60' };
const launched = says('RunInstances', `<instancesSet>${instanceXml('i-1', 'pending', tags)}</instancesSet>`);
const described = (...instances: string[]) =>
  says(
    'DescribeInstances',
    `<reservationSet><item><instancesSet>${instances.join('')}</instancesSet></item></reservationSet>`,
  );

describe('a launch', () => {
  test('tells the machine and when it was launched', async () => {
    server.answer(launched);
    expect(await cloud.launch(order)).toEqual({
      kind: 'launched',
      machine: 'i-1',
      launchedAt: '2026-11-21T10:00:00.000Z',
    });
    expect(server.asked.map((asked) => [asked.get('Action'), asked.get('ClientToken')])).toEqual([
      ['RunInstances', 'perennial-4f1c'],
    ]);
  });

  test.each([
    [500, 'InsufficientInstanceCapacity', 'capacity'],
    [400, 'MaxSpotInstanceCountExceeded', 'quota'],
    [400, 'VcpuLimitExceeded', 'quota'],
    [503, 'RequestLimitExceeded', 'throttle'],
    [403, 'UnauthorizedOperation', 'auth'],
    [400, 'InvalidAMIID.NotFound', 'config'],
    [400, 'IdempotentParameterMismatch', 'config'],
    [400, 'IdempotentInstanceTerminated', 'spent-token'],
  ])('that is answered with %i %s is refused as %s, after one request', async (status, code, refusalClass) => {
    server.answer(refuses(status, code, 'because'));
    expect(await cloud.launch(order)).toMatchObject({
      kind: 'refused',
      class: refusalClass,
      code,
      message: 'because',
      milliseconds: expect.any(Number),
    });
    expect(server.asked).toHaveLength(1);
  });

  test.each([
    ['a connection that breaks', hangsUp],
    ['silence', saysNothing],
    ['the page of a gateway', brokenGateway],
    ['trouble inside AWS', refuses(500, 'InternalError')],
    ['a 5xx that nobody knows', refuses(500, 'NeverHeardOf')],
    ['an answer without a machine', says('RunInstances', '<instancesSet/>')],
  ])('whose answer is %s throws, so that the caller repeats its token', async (_, answer) => {
    server.answer(answer, launched);
    await expect(cloud.launch(order)).rejects.toMatchObject({ code: 'PRN-COMPUTE-022', retryable: true });
    expect(server.asked).toHaveLength(1);
    expect(await cloud.launch(order)).toMatchObject({ machine: 'i-1' });
    expect(`${server.asked[1]}`).toBe(`${server.asked[0]}`);
  });

  test('in a zone without a subnet is refused by ourselves, and names the setting', async () => {
    const elsewhere = { ...order, offer: { ...order.offer, zone: 'us-east-1f' } };
    expect(await cloud.launch(elsewhere)).toMatchObject({
      class: 'config',
      message: expect.stringContaining('PERENNIAL_EC2_SUBNETS'),
    });
    expect(server.asked).toEqual([]);
  });

  test('as a fleet makes its template, asks once and clears the template away', async () => {
    const fleets = ec2Cloud({ ...settings, endpoint: server.endpoint, useFleet: true }, { launchMs: 300, askMs: 300 });
    server.answer(
      refuses(400, 'InvalidLaunchTemplateName.AlreadyExistsException'),
      says(
        'CreateFleet',
        '<fleetInstanceSet><item><instanceIds><item>i-9</item></instanceIds></item></fleetInstanceSet>',
      ),
      says('DeleteLaunchTemplate', ''),
    );
    expect(await fleets.launch(order)).toMatchObject({ kind: 'launched', machine: 'i-9' });
    expect(server.asked.map((asked) => asked.get('Action'))).toEqual([
      'CreateLaunchTemplate',
      'CreateFleet',
      'DeleteLaunchTemplate',
    ]);
  });
});

describe('machines', () => {
  test('are found by tag, token and run', async () => {
    server.answer(described(instanceXml('i-1', 'terminated', tags)));
    const found = await cloud.find({ token: 'perennial-4f1c', run: 'run-7' });
    expect(found).toMatchObject([{ machine: 'i-1', state: 'terminated', deadline: '2026-11-21T11:00:00.000Z' }]);
    const asked = server.asked[0];
    expect([1, 2, 3].map((n) => `${asked?.get(`Filter.${n}.Name`)}=${asked?.get(`Filter.${n}.Value.1`)}`)).toEqual([
      'tag:perennial:managed=true',
      'client-token=perennial-4f1c',
      'tag:perennial:run=run-7',
    ]);
  });

  test('that EC2 does not know are null, and ending them is harmless', async () => {
    server.answer(refuses(400, 'InvalidInstanceID.NotFound'));
    expect(await cloud.see('i-0')).toBeNull();
    await cloud.terminate('i-0');
    expect(await cloud.consoleOutput('i-0')).toBe('');
  });

  test('that are somebody else’s are not seen', async () => {
    server.answer(described(instanceXml('i-5', 'running', { Name: 'database' })));
    expect(await cloud.see('i-5')).toBeNull();
  });

  test('that may not be ended say so, with a code that is not tried again', async () => {
    server.answer(refuses(403, 'UnauthorizedOperation', 'not yours'));
    await expect(cloud.terminate('i-5')).rejects.toMatchObject({
      code: 'PRN-COMPUTE-023',
      message: 'EC2 refused to terminate machine i-5: UnauthorizedOperation: not yours',
    });
  });

  test('are asked about again where the answer was lost', async () => {
    server.answer(hangsUp, described(instanceXml('i-1', 'running', tags)));
    expect(await cloud.see('i-1')).toMatchObject({ state: 'running' });
  });

  test('show the end of what they printed, also where the present moment cannot be shown', async () => {
    const output = Buffer.from(`${'x'.repeat(70_000)}the end`).toString('base64');
    server.answer(refuses(400, 'UnsupportedOperation'), says('GetConsoleOutput', `<output>${output}</output>`));
    const shown = await cloud.consoleOutput('i-1');
    expect([shown.length, shown.slice(-7)]).toEqual([65_536, 'the end']);
  });
});

test('spot prices come by pool, in our zones only', async () => {
  const row = `<item><instanceType>g4dn.xlarge</instanceType><availabilityZone>us-east-1a</availabilityZone><spotPrice>0.21</spotPrice><timestamp>2026-11-21T10:00:00.000Z</timestamp></item>`;
  server.answer(says('DescribeSpotPriceHistory', `<spotPriceHistorySet>${row}</spotPriceHistorySet>`));
  expect([...(await cloud.spotPrices(['g4dn.xlarge']))]).toEqual([['g4dn.xlarge/us-east-1a/spot', 0.21]]);
  expect(server.asked[0]?.get('Filter.1.Value.2')).toBe('us-east-1b');
  expect(await cloud.spotPrices([])).toEqual(new Map());
  expect(server.asked).toHaveLength(1);
});
