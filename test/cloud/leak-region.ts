import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { createComputeActivities } from '../../activities/compute.ts';
import type { ComputeWorld } from '../../activities/compute-access.ts';
import { createWorkspaceActivities } from '../../activities/workspaces.ts';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import { bundledCatalogue } from '../../src/compute/catalogue.ts';
import { ec2Cloud } from '../../src/compute/ec2/cloud.ts';
import { startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { settings } from '../unit/compute/ec2/orders.ts';
import { devServer, workflowBundle } from '../workflow/environment.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { LeakMachines } from './leak-machines.ts';
import type { LeakStory } from './leak-story.ts';

/** How long a new machine may be unknown, and a closed run may still be ending its machines. */
export const graceMs = 3_000;

/** Adapter, activities, books and workflows are the real ones; only cloud and trainers are made for the test. */
export interface LeakRegion {
  readonly environment: TestWorkflowEnvironment;
  readonly cloud: Cloud;
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly machines: LeakMachines;
  /** A control worker of its own; resolves to what stops it. */
  startControl(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export async function openLeakRegion(storyOf: (run: string) => LeakStory): Promise<LeakRegion> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-leaks-'));
  const [environment, cloud, database] = await Promise.all([
    devServer(),
    startCloud({ namespaces: false, pendingSeconds: 0.05, shuttingDownSeconds: 0.05, unseenSeconds: 0.1 }),
    startEmbeddedDatabase({ folder, port: 0 }),
  ]);
  await migrate(database.connectionString);
  const registry = await connectRegistry({ connectionString: database.connectionString });
  const store = filesystemStore(join(folder, 'objects'));
  const machines = new LeakMachines({ environment, cloud, store }, storyOf);
  const world = await computeWorld(environment, cloud.endpoint, registry);
  const activities = {
    ...machines.around(createComputeActivities(world)),
    ...createWorkspaceActivities({ ...world, store }),
  };
  return {
    environment,
    cloud,
    registry,
    store,
    machines,
    startControl: async () => await startControl(environment, activities),
    stop: async () => {
      await machines.stop();
      await registry.close();
      await Promise.all([database.close(), cloud.stop(), environment.teardown()]);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function startControl(environment: TestWorkflowEnvironment, activities: object): Promise<() => Promise<void>> {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: taskQueues.control,
    workflowBundle: await workflowBundle(),
    activities,
    stickyQueueScheduleToStartTimeout: '1 s',
    // Whatever it is doing is broken off.
    shutdownGraceTime: 0,
  });
  const ended = worker.run();
  return async () => {
    worker.shutdown();
    await ended;
  };
}

async function computeWorld(
  { client }: TestWorkflowEnvironment,
  endpoint: string,
  books: Registry,
): Promise<ComputeWorld> {
  const subnets = await subnetsOf(endpoint);
  const program = { kind: 'command', command: 'sleep 600' } as const;
  const ours = { ...settings, endpoint, subnets, program, ami: 'ami-12345678' };
  return {
    access: {
      cloud: ec2Cloud({ ...ours, securityGroup: null, instanceProfile: null }),
      region: 'us-east-1',
      zones: Object.keys(subnets),
      types: bundledCatalogue.types,
      graceMs,
      alertAfterMs: 300_000,
      limits: { usd: null, vcpus: null },
    },
    books,
    runClosedAt: async (run) => {
      try {
        return (await client.workflow.getHandle(run).describe()).closeTime?.toISOString() ?? null;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null;
        throw error;
      }
    },
    alert: async () => undefined,
    now: () => new Date(),
  };
}

async function subnetsOf(endpoint: string): Promise<Record<string, string>> {
  const client = new EC2Client({ endpoint, region: 'us-east-1' });
  const { Subnets = [] } = await client.send(new DescribeSubnetsCommand({}));
  client.destroy();
  const pairs = Subnets.map(({ AvailabilityZone = '', SubnetId = '' }) => [AvailabilityZone, SubnetId] as const);
  return Object.fromEntries(pairs.filter(([zone]) => /1[abc]$/.test(zone)));
}
