import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeInstancesCommand,
  DescribeSpotPriceHistoryCommand,
  EC2Client,
  GetConsoleOutputCommand,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { GetParameterCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../e2e/waiting.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { modesHere } from './cloud-program.ts';
import type { CloudInstance } from './cloud-state.ts';

const credentials = { accessKeyId: 'control', secretAccessKey: 'plane' };
const waits = '#!/usr/bin/env bash\nsleep 300\n';
const endsItself = '#!/usr/bin/env bash\necho the guest was here\nshutdown -h now\n';
// Works in both modes: a machine without namespaces is told where its metadata service is.
const withMetadata = `#!/usr/bin/env bash
md=\${AWS_EC2_METADATA_SERVICE_ENDPOINT:-http://169.254.169.254}/latest
token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $md/api/token)
see() { curl -s -H "X-aws-ec2-metadata-token: $token" "$md/$1"; }
`;
const neighbour = createServer((_request, response) => response.end('the neighbour answers'));

describe.each(modesHere())('the cloud that boots, $mode', ({ namespaces }) => {
  let cloud: Cloud;
  let ec2: EC2Client;

  beforeAll(async () => {
    if (!neighbour.listening) await new Promise<void>((done) => neighbour.listen(0, '127.0.0.1', done));
    cloud = await startCloud({
      forward: [neighbourPort()],
      minuteSeconds: 0.3,
      pendingSeconds: 0.3,
      shuttingDownSeconds: 0.3,
      namespaces,
      instanceProfiles: ['machine'],
      roleKeys: { accessKeyId: 'role-key', secretAccessKey: 'role-secret' },
      guestEnv: { NEIGHBOUR: `http://127.0.0.1:${neighbourPort()}` },
    });
    ec2 = new EC2Client({ endpoint: cloud.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  });
  beforeEach(async () => await cloud.clear());
  afterAll(async () => await cloud.stop());

  it('boots a machine that ends itself: pending, running, terminated, and then costs nothing more', async () => {
    const launchedAt = performance.now() / 1000;
    const id = await launch(endsItself);
    expect((await cloud.instance(id)).state).toBe('pending');
    const ended = await untilState(id, 'terminated');
    const endedAt = performance.now() / 1000;
    expect(ended).toMatchObject({ reason: 'Client.InstanceInitiatedShutdown', processes: 0 });
    // Pending and shutting-down took 0.3 s each, and are not paid for.
    expect(ended.meteredSeconds).toBeGreaterThan(0);
    expect(ended.meteredSeconds).toBeLessThan(endedAt - launchedAt - 0.5);
    expect(ended.billedSeconds).toBe(60);
    expect((await cloud.instance(id)).meteredSeconds).toBe(ended.meteredSeconds);
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
    expect(Buffer.from(Output ?? '', 'base64').toString()).toContain('the guest was here');
  });

  it('keeps a machine up, and paid for, after its user-data has ended', async () => {
    const id = await launch('#!/usr/bin/env bash\ntrue\n');
    const { meteredSeconds } = await untilState(id, 'running');
    await new Promise((done) => setTimeout(done, 300));
    const later = await cloud.instance(id);
    expect(later.state).toBe('running');
    expect(later.meteredSeconds).toBeGreaterThan(meteredSeconds);
  });

  it('only stops a machine whose shutdown behaviour was left at its default', async () => {
    const id = await launch(endsItself, { InstanceInitiatedShutdownBehavior: 'stop' });
    expect((await untilState(id, 'stopped')).processes).toBe(0);
  });

  it('ends a machine when its shutdown timer runs out, unless that is cancelled', async () => {
    const late = await launch('#!/usr/bin/env bash\nshutdown -P +2\nsleep 300\n');
    const cancelled = await launch('#!/usr/bin/env bash\nshutdown -P +2\nshutdown -c\nsleep 300\n');
    expect((await untilState(late, 'terminated')).meteredSeconds).toBeGreaterThan(0.6);
    expect((await cloud.instance(cancelled)).state).toBe('running');
  });

  it('ends a machine from outside, with all its processes, through a phase of shutting down', async () => {
    const id = await launch('#!/usr/bin/env bash\nsetsid sleep 300 &\nsleep 300\n');
    await eventually('its processes run', 5_000, async () => (await cloud.instance(id)).processes > 2 || null);
    const { TerminatingInstances } = await terminate(id);
    expect(TerminatingInstances?.[0]?.CurrentState?.Name).toBe('shutting-down');
    expect((await see(id))?.State?.Name).toBe('shutting-down');
    const ended = await untilState(id, 'terminated');
    expect(ended).toMatchObject({ reason: 'Client.UserInitiatedShutdown', processes: 0 });
    await terminate(id);
    const gone = await see(id);
    expect(gone?.State?.Name).toBe('terminated');
    // In EC2's words, which are whole seconds.
    expect(gone?.StateTransitionReason).toMatch(/^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/);
  });

  it('tells its programs of the end before it kills them', async () => {
    const id = await launch(
      '#!/usr/bin/env bash\ntrap "echo said goodbye; exit" TERM\necho listening\nsleep 300 & wait\n',
    );
    await eventually('the trap is set', 5_000, async () => (await consoleOf(id)).includes('listening') || null);
    await terminate(id);
    await untilState(id, 'terminated');
    expect(await consoleOf(id)).toContain('said goodbye');
  });

  it('makes one machine for one token, refuses it for another order, and after the machine has ended', async () => {
    const order = { ClientToken: 'token-1', InstanceType: 't3.large' } as const;
    const id = await launch(waits, order);
    expect(await launch(waits, order)).toBe(id);
    await expect(launch(waits, { ...order, InstanceType: 't3.xlarge' })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
    const found = await ec2.send(
      new DescribeInstancesCommand({ Filters: [{ Name: 'client-token', Values: ['token-1'] }] }),
    );
    expect(found.Reservations?.flatMap(({ Instances }) => Instances?.map(({ InstanceId }) => InstanceId))).toEqual([
      id,
    ]);
    await terminate(id);
    await expect(launch(waits, order)).rejects.toMatchObject({ name: 'IdempotentInstanceTerminated' });
  });

  it('refuses the orders it was told to refuse, as often as it was told', async () => {
    await cloud.faults([
      { action: 'RunInstances', code: 'InsufficientInstanceCapacity', match: { market: 'spot', az: 'us-east-1b' } },
      { action: 'RunInstances', code: 'RequestLimitExceeded', match: { type: 't3.large' }, times: 2 },
    ]);
    const spot = {
      InstanceMarketOptions: { MarketType: 'spot' },
      Placement: { AvailabilityZone: 'us-east-1b' },
    } as const;
    await expect(launch(waits, spot)).rejects.toMatchObject({
      name: 'InsufficientInstanceCapacity',
      $metadata: { httpStatusCode: 500 },
    });
    await launch(waits, spot);
    for (let time = 0; time < 2; time += 1) {
      await expect(launch(waits, { InstanceType: 't3.large' })).rejects.toMatchObject({ name: 'RequestLimitExceeded' });
    }
    await launch(waits, { InstanceType: 't3.large' });
    const { calls } = await cloud.state();
    expect(calls.filter(({ action }) => action === 'RunInstances').map(({ code }) => code)).toEqual([
      'InsufficientInstanceCapacity',
      null,
      'RequestLimitExceeded',
      'RequestLimitExceeded',
      null,
    ]);
  });

  it('has made the machine when the answer was lost, and gives it to who asks again', async () => {
    const before = (await cloud.state()).instances.length;
    await cloud.faults([{ action: 'RunInstances', code: 'LostResponse' }]);
    await expect(launch(waits, { ClientToken: 'lost' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
    const id = await launch(waits, { ClientToken: 'lost' });
    const { instances } = await cloud.state();
    expect(instances.slice(before).map((instance) => instance.id)).toEqual([id]);
  });

  it('can refuse an order, and carry it out all the same', async () => {
    const before = (await cloud.state()).instances.length;
    await cloud.faults([{ action: 'RunInstances', code: 'InsufficientInstanceCapacity', carriedOut: true }]);
    await expect(launch(waits)).rejects.toMatchObject({ name: 'InsufficientInstanceCapacity' });
    expect((await cloud.state()).instances).toHaveLength(before + 1);
  });

  it('can fail to end a machine for a while', async () => {
    const id = await launch(waits);
    await cloud.faults([{ action: 'TerminateInstances', code: 'InternalError', match: { id }, times: 2 }]);
    await expect(terminate(id)).rejects.toThrow();
    await expect(terminate(id)).rejects.toThrow();
    await terminate(id);
    await untilState(id, 'terminated');
  });

  it('answers metadata of version 2 only: identity, tags where allowed, keys of the role', async () => {
    const script = `${withMetadata}
echo "v1: $(curl -s -o /dev/null -w '%{http_code}' $md/meta-data/instance-id)"
for path in meta-data/instance-id meta-data/tags/instance/run meta-data/iam/security-credentials/; do echo "$path: $(see $path)"; done
see meta-data/iam/security-credentials/machine | tr -d '\\n'
see dynamic/instance-identity/document | tr -d '\\n'
curl -s -o /dev/null -w 'notice: %{http_code}\\n' -H "X-aws-ec2-metadata-token: $token" $md/meta-data/spot/instance-action
shutdown -h now
`;
    const id = await launch(script, {
      IamInstanceProfile: { Name: 'machine' },
      MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
    });
    await untilState(id, 'terminated');
    const said = await consoleOf(id);
    expect(said).toContain('v1: 401');
    expect(said).toContain(`meta-data/instance-id: ${id}`);
    expect(said).toContain('meta-data/tags/instance/run: run-1');
    expect(said).toContain('security-credentials/: machine');
    expect(said).toContain('"AccessKeyId": "role-key"');
    expect(said).toContain(`"instanceId": "${id}"`);
    expect(said).toContain('notice: 404');
  });

  it('gives a spot machine its notice, and takes it away after the grace', async () => {
    const script = `${withMetadata}
until see meta-data/spot/instance-action | grep -q terminate; do sleep 0.05; done
echo saw the notice
sleep 300
`;
    const id = await launch(script, { InstanceMarketOptions: { MarketType: 'spot' } });
    await untilState(id, 'running');
    await cloud.interrupt(id, 0.8);
    await eventually('the guest sees it', 3_000, async () => (await consoleOf(id)).includes('saw the notice') || null);
    expect((await cloud.instance(id)).state).toBe('running');
    expect((await untilState(id, 'terminated')).reason).toBe('Server.SpotInstanceTermination');
  });

  it('crashes a machine without telling it, noticed or not', async () => {
    const [seen, unseen] = [await launch(waits), await launch(waits)];
    await untilState(unseen, 'running');
    await cloud.crash(seen);
    await cloud.crash(unseen, { unnoticed: true });
    expect((await untilState(seen, 'terminated')).reason).toBe('Server.InternalError');
    await eventually(
      'its processes are gone',
      3_000,
      async () => (await cloud.instance(unseen)).processes === 0 || null,
    );
    expect((await cloud.instance(unseen)).state).toBe('running');
    await terminate(unseen);
    await untilState(unseen, 'terminated');
  });

  it('lets machines reach the host ports that are forwarded, and itself, under the addresses of the host', async () => {
    const ssm = new SSMClient({ endpoint: cloud.endpoint, region: 'us-east-1', credentials });
    await ssm.send(new PutParameterCommand({ Name: '/perennial/secret', Value: 's3cret', Type: 'SecureString' }));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: '/perennial/secret', WithDecryption: true }));
    expect(Parameter?.Value).toBe('s3cret');
    const script = `#!/usr/bin/env bash
curl -s $NEIGHBOUR; echo
curl -s http://$FAKECLOUD_HOST:\${NEIGHBOUR##*:}; echo " by the gateway"
curl -s -o /dev/null -w 'cloud: %{http_code}\\n' $AWS_ENDPOINT_URL_SSM/_cloud/state
node -e 'console.log("node", process.version)'
shutdown -h now
`;
    const id = await launch(script);
    await untilState(id, 'terminated');
    const said = await consoleOf(id);
    expect(said).toMatch(/the neighbour answers\nthe neighbour answers by the gateway/);
    expect(said).toContain('cloud: 200');
    expect(said).toContain(`node ${process.version}`);
  });

  it('knows the prices it was told, and bills by them', async () => {
    await cloud.prices({
      spot: { 't3.large': { 'us-east-1a': 0.36, 'us-east-1b': 0.5 } },
      onDemand: { 't3.medium': 36 },
    });
    const { SpotPriceHistory } = await ec2.send(new DescribeSpotPriceHistoryCommand({ InstanceTypes: ['t3.large'] }));
    const prices = new Map(SpotPriceHistory?.map(({ AvailabilityZone, SpotPrice }) => [AvailabilityZone, SpotPrice]));
    expect([prices.get('us-east-1a'), prices.get('us-east-1b')].map(Number)).toEqual([0.36, 0.5]);
    const id = await launch(endsItself, { InstanceType: 't3.medium' });
    expect(await untilState(id, 'terminated')).toMatchObject({ billedSeconds: 60, billedUsd: expect.closeTo(0.6, 6) });
  });

  it.runIf(namespaces)('keeps machines from all other ports of the host, and from each other', async () => {
    const hidden = createServer((_request, response) => response.end('hidden'));
    await new Promise<void>((done) => hidden.listen(0, '127.0.0.1', done));
    const { port } = hidden.address() as AddressInfo;
    const script = `#!/usr/bin/env bash
curl -s --max-time 2 http://127.0.0.1:${port} || echo "no way to the host"
curl -s --max-time 2 http://192.0.2.1 || echo "no way out"
echo "sees $(ls -d /proc/[0-9]* | wc -l) processes"
shutdown -h now
`;
    const id = await launch(script);
    await untilState(id, 'terminated');
    hidden.close();
    expect(await consoleOf(id)).toMatch(/^no way to the host\nno way out\nsees [1-9] processes\n/);
  });

  async function launch(userData: string, more: Partial<RunInstancesCommandInput> = {}): Promise<string> {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        ImageId: 'ami-12345678',
        InstanceType: 't3.medium',
        MinCount: 1,
        MaxCount: 1,
        UserData: Buffer.from(userData).toString('base64'),
        InstanceInitiatedShutdownBehavior: 'terminate',
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'run', Value: 'run-1' }] }],
        ...more,
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  }

  async function terminate(id: string) {
    return await ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
  }

  async function see(id: string): Promise<Instance | undefined> {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0];
  }

  async function consoleOf(id: string): Promise<string> {
    const { Output } = await ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
    return Buffer.from(Output ?? '', 'base64').toString();
  }

  async function untilState(id: string, state: CloudInstance['state']): Promise<CloudInstance> {
    return await eventually(`${id} is ${state}`, 10_000, async () => {
      const instance = await cloud.instance(id);
      return instance.state === state ? instance : null;
    });
  }
});

function neighbourPort(): number {
  return (neighbour.address() as AddressInfo).port;
}
