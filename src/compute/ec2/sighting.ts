import type { Instance } from '@aws-sdk/client-ec2';
import type { MachineSighting, MachineState } from '../machines.ts';
import { tagNames } from './run-instances.ts';

/** Whose machines they are. */
export interface Account {
  /** Twelve digits, which EC2 tells beside every instance. */
  readonly owner: string;
  readonly region: string;
}

/** Null for an instance that is not ours: the tag is what makes it so. */
export function sightingOf(instance: Instance, { owner, region }: Account): MachineSighting | null {
  const tags = new Map((instance.Tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
  const tag = (name: keyof typeof tagNames) => tags.get(tagNames[name]) ?? '';
  if (!instance.InstanceId || tag('managed') !== 'true') return null;
  const launchedAt = instance.LaunchTime ?? new Date(0);
  const state = stateOf(instance.State?.Name);
  return {
    machine: instance.InstanceId,
    arn: `arn:${partitionOf(region)}:ec2:${region}:${owner}:instance/${instance.InstanceId}`,
    state,
    type: instance.InstanceType ?? '',
    zone: instance.Placement?.AvailabilityZone ?? '',
    market: instance.InstanceLifecycle === 'spot' ? 'spot' : 'on-demand',
    launchedAt: launchedAt.toISOString(),
    model: tag('model'),
    run: tag('run'),
    attempt: tag('attempt'),
    token: tag('token') || (instance.ClientToken ?? ''),
    // A tag that somebody has damaged makes the deadline the launch itself, so that the reaper looks at the machine.
    deadline: new Date(launchedAt.getTime() + (Number(tag('minutes')) || 0) * 60_000).toISOString(),
    reason: endOf(instance, state),
    endedAt: endInstantOf(instance, state),
  };
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function stateOf(name: string | undefined): MachineState {
  if (name === 'pending' || name === 'running' || name === 'terminated') return name;
  // "stopping" and "stopped" cost their volumes still: on the way to the end, and not there.
  return 'shutting-down';
}

function endOf({ StateReason, StateTransitionReason }: Instance, state: MachineState): string | null {
  if (state === 'pending' || state === 'running') return null;
  return StateReason?.Code || StateTransitionReason || null;
}

/** "User initiated (2026-07-06 12:34:56 GMT)": the only place where EC2 tells it, and it tells it of some ends only. */
function endInstantOf({ StateTransitionReason }: Instance, state: MachineState): string | null {
  if (state === 'pending' || state === 'running') return null;
  const told = /\((\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) (?:GMT|UTC)\)/.exec(StateTransitionReason ?? '');
  return told ? new Date(`${told[1]}T${told[2]}Z`).toISOString() : null;
}
