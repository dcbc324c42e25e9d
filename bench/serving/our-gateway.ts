import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gatewayFlags } from '../../src/gateway/node-flags.ts';
import type { Route } from '../../src/registry/registry.ts';
import { compiled } from '../report/place.ts';
import type { FlightModels } from './flight-models.ts';
import type { GatewayAnswer, GatewayOrder, GatewayTask } from './gateway-program.ts';
import type { LoopDelay } from './loop-delay.ts';

export interface OurGateway {
  readonly url: string;
  readonly process: ChildProcess;
  readonly halts: readonly string[];
  /** How late its event loop was since the last call; the first one begins to watch. */
  delay(): Promise<LoopDelay>;
  /** Moves the route, as the registry would. */
  move(change: Partial<Route>): void;
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** The route of the benchmarks: version 1 answers 95 %, version 2 the rest. */
export const split: Partial<Route> = { stable: 1, canary: 2, weight: 0.05, rollout: 'bench' };

/** Starts the gateway as a program of its own; odd versions are the champion's file, even ones the challenger's, unless told otherwise. */
export async function startOurs(
  models: FlightModels,
  folder: string,
  options: Partial<GatewayTask> & { readonly files?: (version: number) => string } = {},
): Promise<OurGateway> {
  const { files = (version) => (version % 2 === 1 ? models.champion : models.challenger), ...given } = options;
  const task: GatewayTask = {
    ...{ folder, name: 'gateway', versions: [1, 2], signature: models.signature, route: split },
    ...given,
  };
  for (const version of task.versions) {
    const home = join(folder, 'store', 'models', `${version}`);
    await mkdir(home, { recursive: true });
    await cp(files(version), join(home, 'model.onnx'));
  }
  const program = compiled('bench/serving/gateway-program.js');
  const child = fork(program, [JSON.stringify(task)], { execArgv: [...gatewayFlags], stdio: 'inherit' });
  const halts: string[] = [];
  child.on('message', (answer: GatewayAnswer) => {
    if (answer.kind === 'halted') halts.push(answer.reason);
  });
  const order = (given: GatewayOrder): boolean => child.send(given);
  const [ready]: GatewayAnswer[] = await once(child, 'message');
  const url = ready?.kind === 'ready' ? ready.url : '';
  await untilReady(url);
  return {
    url,
    process: child,
    halts,
    move: (change) => void order({ kind: 'move', change }),
    delay: () =>
      new Promise((resolve) => {
        const heard = (answer: GatewayAnswer): void => {
          if (answer.kind !== 'delay') return;
          child.off('message', heard);
          resolve(answer);
        };
        child.on('message', heard);
        order({ kind: 'delay' });
      }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

/** It answers at once, also while its first versions are still being loaded. */
async function untilReady(url: string): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const response = await fetch(`${url}/readyz`);
    const routes = await fetch(`${url}/v1/routes`).then((reply) => reply.text());
    // A canary of the route that is not loaded yet gets nothing, and is named here.
    if (response.ok && !routes.includes('gets nothing')) return;
    await sleep(100);
  }
  throw new Error(`${url} is not ready after a minute`);
}
