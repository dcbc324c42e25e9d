import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { isListening } from '../../src/platform/program.ts';
import { findTemporal } from '../../src/platform/temporal-binary.ts';
import { temporalServerArgs } from '../../src/platform/temporal-server.ts';
import { forkReady } from '../report/child.ts';
import { compiled, freePorts, inTempFolder } from '../report/place.ts';
import type { WorkerSettings } from '../steps/settings.ts';
import type * as workflows from '../steps/workflows.ts';
import { type StepTimes, timed } from './our-steps.ts';
import { type Shape, steps } from './plans.ts';

/** Temporal without Perennial: the dev server as it comes, or with our flags; workflow and activity on one worker. */
export async function timeBareTemporal(flags: 'default' | 'ours', runs: number): Promise<StepTimes> {
  return await inTempFolder('temporal', async (folder) => {
    const port = await freePorts();
    const databaseFile = join(folder, 'temporal.db');
    const listening = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--headless'];
    const asItComes = [...listening, '--db-filename', databaseFile, '--log-level', 'error'];
    const args = flags === 'ours' ? temporalServerArgs({ databaseFile, port, uiPort: port + 1 }) : asItComes;
    const server = spawn(findTemporal(), args, { stdio: 'ignore' });
    const ended = once(server, 'exit');
    try {
      while (!(await isListening(port)) && server.exitCode === null) await sleep(25);
      return await timeOn(`127.0.0.1:${port}`, join(folder, 'worker.log'), runs);
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
}

async function timeOn(address: string, log: string, runs: number): Promise<StepTimes> {
  const settings: WorkerSettings = { address, queue: 'bare', workflows: 'bare' };
  const worker = await forkReady(compiled('bench/steps/main.js'), [JSON.stringify(settings)], { log });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const run = async (shape: Shape) => {
    const startedAt = performance.now();
    await client.workflow.execute<typeof workflows.chain | typeof workflows.fan>(shape, {
      workflowId: shape,
      taskQueue: settings.queue,
      args: [steps[shape]],
    });
    return performance.now() - startedAt;
  };
  try {
    return { chain: await timed(() => run('chain'), runs), fan: await timed(() => run('fan'), runs) };
  } finally {
    await connection.close();
    await worker.stop();
  }
}
