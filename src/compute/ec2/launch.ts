import type { Instance } from '@aws-sdk/client-ec2';
import type { Launched, LaunchOrder } from '../machines.ts';
import { refusalOf } from './answers.ts';
import type { Ec2Clients } from './clients.ts';
import { launchFleet } from './fleet.ts';
import { runInstancesInput } from './run-instances.ts';
import type { Ec2Settings } from './settings.ts';

/** One order, one request. @throws PRN-COMPUTE-022 when its answer was lost: the same order again is the same machine. */
export async function launch(clients: Ec2Clients, settings: Ec2Settings, order: LaunchOrder): Promise<Launched> {
  const subnet = settings.subnets[order.offer.zone];
  const misplaced = subnet === undefined || order.offer.region !== settings.region;
  if (misplaced) return unknownPlace(order, settings);
  const startedAt = performance.now();
  try {
    return settings.useFleet
      ? await launchFleet(clients, settings, order, startedAt)
      : await runInstances(clients, settings, order, subnet);
  } catch (error) {
    return refusalOf(error, `launch ${order.attempt} on ${order.offer.type}`, performance.now() - startedAt);
  }
}

async function runInstances(
  { sdk, launching }: Ec2Clients,
  settings: Ec2Settings,
  order: LaunchOrder,
  subnet: string,
): Promise<Launched> {
  const answer = await launching.send(new sdk.RunInstancesCommand(runInstancesInput(order, settings, subnet)));
  return launchedAs(answer.Instances?.[0]);
}

/** An answer without a machine is one that cannot be read: repeating the token shows what became of it. */
function launchedAs(instance: Instance | undefined): Launched {
  if (!instance?.InstanceId) throw new Error('the answer names no instance');
  const launchedAt = (instance.LaunchTime ?? new Date()).toISOString();
  return { kind: 'launched', machine: instance.InstanceId, launchedAt };
}

function unknownPlace({ offer }: LaunchOrder, { region, subnets }: Ec2Settings): Launched {
  const message = `The offer is in zone ${offer.zone} of ${offer.region}; PERENNIAL_EC2_SUBNETS has subnets in ${Object.keys(subnets).join(', ')}, and PERENNIAL_EC2_REGION is ${region}`;
  return { kind: 'refused', class: 'config', code: 'NoSubnetInZone', message, milliseconds: 0 };
}
