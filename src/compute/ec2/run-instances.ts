import type { RequestLaunchTemplateData, RunInstancesCommandInput, Tag } from '@aws-sdk/client-ec2';
import type { LaunchOrder } from '../machines.ts';
import type { Ec2Settings } from './settings.ts';
import { userData } from './user-data.ts';

/** How tags name what a sighting is read from. */
export const tagNames = {
  managed: 'perennial:managed',
  model: 'perennial:model',
  run: 'perennial:run',
  attempt: 'perennial:attempt',
  minutes: 'perennial:minutes',
  token: 'perennial:token',
} as const;

/**
 * The one request of an order. It is a function of order and settings alone: EC2 answers a repeated token only when the
 * repeated request is the same, so there is no instant in it; a machine's deadline is its launch time plus the tagged minutes.
 */
export function runInstancesInput(order: LaunchOrder, settings: Ec2Settings, subnet: string): RunInstancesCommandInput {
  return {
    ...machineInput(order, settings),
    MinCount: 1,
    MaxCount: 1,
    ClientToken: order.token,
    InstanceType: order.offer.type as NonNullable<RunInstancesCommandInput['InstanceType']>,
    SubnetId: subnet,
    // Beside the subnet, so that EC2 refuses a subnet that lies in another zone than the settings say.
    Placement: { AvailabilityZone: order.offer.zone },
    ...(order.offer.market === 'spot' && {
      InstanceMarketOptions: {
        MarketType: 'spot',
        SpotOptions: { SpotInstanceType: 'one-time', InstanceInterruptionBehavior: 'terminate' },
      },
    }),
  };
}

/** What every machine of ours is like, whichever request launches it. */
export function machineInput(order: LaunchOrder, settings: Ec2Settings) {
  const { ami, securityGroup, instanceProfile } = settings;
  const tags = tagsOf(order);
  return {
    ImageId: ami,
    InstanceInitiatedShutdownBehavior: 'terminate',
    UserData: Buffer.from(userData(order, settings)).toString('base64'),
    MetadataOptions: {
      HttpTokens: 'required',
      // One hop more than the default: the worker asks from within a container.
      HttpPutResponseHopLimit: 2,
      HttpEndpoint: 'enabled',
      InstanceMetadataTags: 'enabled',
    },
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tags },
      { ResourceType: 'volume', Tags: tags },
    ],
    ...(securityGroup && { SecurityGroupIds: [securityGroup] }),
    ...(instanceProfile && { IamInstanceProfile: { Name: instanceProfile.replaceAll('{model}', order.model) } }),
  } satisfies RequestLaunchTemplateData;
}

function tagsOf({ model, run, attempt, minutes, token }: LaunchOrder): Tag[] {
  const values = { managed: 'true', model, run, attempt, minutes: `${minutes}`, token };
  return [
    { Key: 'Name', Value: `perennial ${model} ${attempt}` },
    ...Object.entries(values).map(([name, Value]) => ({ Key: tagNames[name as keyof typeof values], Value })),
  ];
}
