import type { CreateFleetCommandInput, CreateFleetResult, RunInstancesCommandInput } from '@aws-sdk/client-ec2';
import type { Launched, LaunchOrder } from '../machines.ts';
import { classOf } from '../refusal-class.ts';
import type { Ec2Clients } from './clients.ts';
import { machineInput, tagNames } from './run-instances.ts';
import type { Ec2Settings } from './settings.ts';

/**
 * The same order as an instant fleet: EC2 chooses the zone, by price and depth of its pools. A fleet reads its machine from
 * a launch template; the template's name is made of the token, and it goes once the fleet has answered.
 */
export async function launchFleet(
  clients: Ec2Clients,
  settings: Ec2Settings,
  order: LaunchOrder,
  startedAt: number,
): Promise<Launched> {
  const { sdk, launching } = clients;
  const template = `perennial-${order.token}`;
  await keepTemplate(clients, template, order, settings);
  const answer = await launching.send(new sdk.CreateFleetCommand(fleetInput(order, settings, template)));
  // A template that stays behind costs nothing, and the answer is worth more than tidiness.
  await launching.send(new sdk.DeleteLaunchTemplateCommand({ LaunchTemplateName: template })).catch(() => undefined);
  return outcomeOf(answer, performance.now() - startedAt);
}

/** An order that is repeated finds the template that its first launch has made. */
async function keepTemplate(
  { sdk, launching }: Ec2Clients,
  template: string,
  order: LaunchOrder,
  settings: Ec2Settings,
): Promise<void> {
  const data = machineInput(order, settings);
  const command = new sdk.CreateLaunchTemplateCommand({
    LaunchTemplateName: template,
    LaunchTemplateData: data,
    TagSpecifications: [{ ResourceType: 'launch-template', Tags: [{ Key: tagNames.managed, Value: 'true' }] }],
  });
  await launching.send(command).catch((error) => {
    if (error instanceof Error && error.name === 'InvalidLaunchTemplateName.AlreadyExistsException') return;
    throw error;
  });
}

/** One machine of the offer's type in whichever of our zones; a function of order and settings alone, like every request with a token. */
export function fleetInput(order: LaunchOrder, { subnets }: Ec2Settings, template: string): CreateFleetCommandInput {
  const InstanceType = order.offer.type as NonNullable<RunInstancesCommandInput['InstanceType']>;
  return {
    Type: 'instant',
    ClientToken: order.token,
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: template, Version: '$Default' },
        Overrides: Object.values(subnets).map((SubnetId) => ({ InstanceType, SubnetId })),
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: order.offer.market },
    ...(order.offer.market === 'spot' && { SpotOptions: { AllocationStrategy: 'price-capacity-optimized' } }),
  };
}

/** A fleet that found no machine answers with success and a list of errors: the mildest one decides, as another zone may have been refused for another reason. */
export function outcomeOf({ Instances, Errors }: CreateFleetResult, milliseconds: number): Launched {
  const machine = Instances?.[0]?.InstanceIds?.[0];
  if (machine !== undefined) return { kind: 'launched', machine, launchedAt: new Date().toISOString() };
  const errors = (Errors ?? []).map(({ ErrorCode, ErrorMessage }) => ({
    code: ErrorCode ?? 'Unknown',
    message: ErrorMessage ?? '',
  }));
  const chosen = errors.find(({ code }) => classOf(code) === 'capacity') ?? errors[0];
  if (chosen === undefined) throw new Error('the fleet names neither an instance nor an error');
  return { kind: 'refused', class: classOf(chosen.code), ...chosen, milliseconds: Math.round(milliseconds) };
}
