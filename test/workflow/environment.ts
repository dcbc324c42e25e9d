import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { expect } from 'vitest';
import { findTemporal } from '../../src/platform/temporal-binary.ts';
import { taskQueues } from '../../workflows/messages.ts';
import { searchAttributes } from '../../workflows/search-attributes.ts';
import { largestAllowed, PayloadScale } from './payload-scale.ts';
import { timeSkippingExecutable } from './time-skipping.ts';

// Stories break things on purpose: what only warns would drown what matters.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }) } },
});

const payloads = new PayloadScale();
export const dataConverter = { payloadCodecs: [payloads] };
let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** Bundled from the sources once per test file, so that a test never runs yesterday's workflows. */
export function workflowBundle(): Promise<WorkflowBundleWithSourceMap> {
  bundle ??= bundleWorkflows(fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)));
  return bundle;
}

export function bundleWorkflows(workflowsPath: string): Promise<WorkflowBundleWithSourceMap> {
  const silent = () => undefined;
  const logger = { log: silent, trace: silent, debug: silent, info: silent, warn: silent, error: console.error };
  return bundleWorkflowCode({ workflowsPath, logger });
}

/** Days pass in a moment; no schedules and no listing. Tests that share one run one after the other. */
export async function skippingTime(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    client: { dataConverter },
    server: { executable: timeSkippingExecutable() },
  });
  const keyword = 2;
  await environment.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(Object.values(searchAttributes).map(({ name }) => [name, keyword])),
  });
  return environment;
}

/** `configuration` is the server's own, as `name=value`. */
export async function devServer(...configuration: string[]): Promise<TestWorkflowEnvironment> {
  const dynamic = ['history.transferProcessorMaxPollRPS=2000', ...configuration];
  return await TestWorkflowEnvironment.createLocal({
    client: { dataConverter },
    server: {
      executable: { type: 'existing-path', path: findTemporal() },
      searchAttributes: Object.values(searchAttributes),
      extraArgs: dynamic.flatMap((value) => ['--dynamic-config-value', value]),
    },
  });
}

/** Runs `story` beside one worker that serves workflows and training queue alike. */
export async function withWorker<T>(
  environment: TestWorkflowEnvironment,
  activities: object,
  story: () => Promise<T>,
): Promise<T> {
  const connection = environment.nativeConnection;
  const control = await Worker.create({
    connection,
    taskQueue: taskQueues.control,
    workflowBundle: await workflowBundle(),
    activities,
    dataConverter,
  });
  const training = await Worker.create({ connection, taskQueue: taskQueues.training, activities, dataConverter });
  const told = await control.runUntil(() => training.runUntil(story));
  expect(payloads.largest, 'the largest payload so far, in bytes').toBeLessThanOrEqual(largestAllowed);
  return told;
}
