import { describe, expect, test } from 'vitest';
import { fleetInput, outcomeOf } from '../../../../src/compute/ec2/fleet.ts';
import { runInstancesInput } from '../../../../src/compute/ec2/run-instances.ts';
import { sightingOf } from '../../../../src/compute/ec2/sighting.ts';
import { newestByPool } from '../../../../src/compute/ec2/spot-prices.ts';
import { order, settings } from './orders.ts';

const onDemand = { ...order, offer: { ...order.offer, market: 'on-demand' as const } };

describe('the request of an order', () => {
  test('makes one machine that ends when it is switched off, once per token', () => {
    expect(runInstancesInput(order, settings, 'subnet-2')).toMatchObject({
      MinCount: 1,
      MaxCount: 1,
      ClientToken: 'perennial-4f1c',
      InstanceInitiatedShutdownBehavior: 'terminate',
      SubnetId: 'subnet-2',
      Placement: { AvailabilityZone: 'us-east-1b' },
      SecurityGroupIds: ['sg-1'],
      IamInstanceProfile: { Name: 'perennial-machine-flights' },
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2, InstanceMetadataTags: 'enabled' },
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    });
  });

  test('tags the machine and its volumes with whose they are', () => {
    const { TagSpecifications } = runInstancesInput(order, settings, 'subnet-2');
    expect(TagSpecifications?.map(({ ResourceType }) => ResourceType)).toEqual(['instance', 'volume']);
    expect(TagSpecifications?.[0]?.Tags?.map(({ Key, Value }) => `${Key}=${Value}`)).toEqual([
      'Name=perennial flights boosted-t3-2',
      'perennial:managed=true',
      'perennial:model=flights',
      'perennial:run=run-7',
      'perennial:attempt=boosted-t3-2',
      'perennial:minutes=240',
      'perennial:token=perennial-4f1c',
    ]);
  });

  test('is the same request when it is repeated at another time', async () => {
    const first = JSON.stringify(runInstancesInput(order, settings, 'subnet-2'));
    await new Promise((later) => setTimeout(later, 1_100));
    expect(JSON.stringify(runInstancesInput(order, settings, 'subnet-2'))).toBe(first);
  });

  test('buys no spot machine for an on-demand offer', () => {
    expect(runInstancesInput(onDemand, settings, 'subnet-2')).not.toHaveProperty('InstanceMarketOptions');
    expect(fleetInput(onDemand, settings, 't')).not.toHaveProperty('SpotOptions');
  });
});

describe('a fleet', () => {
  test('lets EC2 choose among all zones, by price and depth', () => {
    expect(fleetInput(order, settings, 'perennial-4f1c')).toMatchObject({
      Type: 'instant',
      ClientToken: 'perennial-4f1c',
      TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      SpotOptions: { AllocationStrategy: 'price-capacity-optimized' },
      LaunchTemplateConfigs: [{ Overrides: [{ SubnetId: 'subnet-1' }, { SubnetId: 'subnet-2' }] }],
    });
  });

  test('that answers with errors alone is refused, for capacity where one zone says so', () => {
    const Errors = [
      { ErrorCode: 'InvalidParameterValue', ErrorMessage: 'zone a' },
      { ErrorCode: 'InsufficientInstanceCapacity', ErrorMessage: 'zone b' },
    ];
    expect(outcomeOf({ Errors }, 12.4)).toEqual({
      kind: 'refused',
      class: 'capacity',
      code: 'InsufficientInstanceCapacity',
      message: 'zone b',
      milliseconds: 12,
    });
  });

  test('that names neither a machine nor an error is no answer', () => {
    expect(() => outcomeOf({}, 1)).toThrow('neither an instance nor an error');
  });
});

describe('a sighting', () => {
  const account = { owner: '123456789012', region: 'us-east-1' };
  const Tags = runInstancesInput(order, settings, 'subnet-2').TagSpecifications?.[0]?.Tags ?? [];
  const instance = {
    InstanceId: 'i-1',
    InstanceType: 'g4dn.xlarge' as const,
    InstanceLifecycle: 'spot' as const,
    LaunchTime: new Date('2026-11-21T10:00:00Z'),
    State: { Name: 'running' as const },
    Placement: { AvailabilityZone: 'us-east-1b' },
    Tags,
  };

  test('has its deadline the tagged minutes after the launch', () => {
    expect(sightingOf(instance, account)).toEqual({
      machine: 'i-1',
      arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-1',
      state: 'running',
      type: 'g4dn.xlarge',
      zone: 'us-east-1b',
      market: 'spot',
      launchedAt: '2026-11-21T10:00:00.000Z',
      model: 'flights',
      run: 'run-7',
      attempt: 'boosted-t3-2',
      token: 'perennial-4f1c',
      deadline: '2026-11-21T14:00:00.000Z',
      reason: null,
      endedAt: null,
    });
  });

  test.each([
    ['User initiated (2026-11-21 10:20:30 GMT)', '2026-11-21T10:20:30.000Z'],
    ['Service initiated (2026-11-21 10:20:30 GMT)', '2026-11-21T10:20:30.000Z'],
    ['Client.InstanceInitiatedShutdown: Instance initiated shutdown', null],
    ['', null],
  ])('takes the instant of the end from %j', (StateTransitionReason, endedAt) => {
    const ended = { ...instance, State: { Name: 'shutting-down' as const }, StateTransitionReason };
    expect(sightingOf(ended, account)?.endedAt).toBe(endedAt);
    expect(sightingOf({ ...ended, State: { Name: 'running' } }, account)?.endedAt).toBeNull();
  });

  test.each([
    ['cn-north-1', 'aws-cn'],
    ['us-gov-west-1', 'aws-us-gov'],
  ])('calls a machine in %s by the name of its partition', (region, partition) => {
    expect(sightingOf(instance, { ...account, region })?.arn).toBe(
      `arn:${partition}:ec2:${region}:123456789012:instance/i-1`,
    );
  });

  test('tells why the machine ended once it does', () => {
    const StateReason = { Code: 'Server.SpotInstanceTermination' };
    expect(sightingOf({ ...instance, State: { Name: 'terminated' }, StateReason }, account)?.reason).toBe(
      StateReason.Code,
    );
  });

  test('counts a stopped machine as not gone, since its volumes cost still', () => {
    expect(sightingOf({ ...instance, State: { Name: 'stopped' } }, account)?.state).toBe('shutting-down');
  });

  test('of a machine whose tag of minutes was damaged is past its deadline', () => {
    const damaged = Tags.map((tag) => (tag.Key === 'perennial:minutes' ? { ...tag, Value: 'soon' } : tag));
    expect(sightingOf({ ...instance, Tags: damaged }, account)?.deadline).toBe('2026-11-21T10:00:00.000Z');
  });

  test('is not made of somebody else’s instance', () => {
    expect(sightingOf({ ...instance, Tags: [{ Key: 'Name', Value: 'database' }] }, account)).toBeNull();
  });
});

test('the newest price of each spot pool counts, and rows without a price do not', () => {
  const row = (AvailabilityZone: string, hour: number, SpotPrice?: string) => ({
    InstanceType: 'g4dn.xlarge' as const,
    AvailabilityZone,
    Timestamp: new Date(Date.UTC(2026, 10, 21, hour)),
    ...(SpotPrice && { SpotPrice }),
  });
  expect([...newestByPool([row('a', 9, '0.3'), row('a', 8, '0.1'), row('b', 9)])]).toEqual([
    ['g4dn.xlarge/a/spot', 0.3],
  ]);
});
