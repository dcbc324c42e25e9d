import cluster, { type Worker } from 'node:cluster';
import type { GatewayLogger } from './logger.ts';

export interface ProcessesOptions {
  readonly count: number;
  readonly name: string;
  readonly logger: GatewayLogger;
  /** All of them answer. */
  readonly onReady: () => void;
}

const restartMs = 500;

/**
 * Runs this program several times on one port, each with a name of its own: a gateway uses one core. One that dies is started again;
 * the others answer on. Call it in the first process only (`isFirstProcess`).
 */
export function runProcesses({ count, name, logger, onReady }: ProcessesOptions): void {
  const ready = new Set<number>();
  let ending = false;
  const start = (index: number): void => {
    const worker = cluster.fork({ PERENNIAL_NAME: `${name}-${index}` });
    worker.once('message', () => {
      const before = ready.size;
      ready.add(index);
      if (before < count && ready.size === count) onReady();
    });
    worker.once('exit', (code, signal) => {
      if (ending) return;
      logger.error({ index, code, signal }, 'a process of the gateway ended; it is started again');
      setTimeout(() => start(index), restartMs);
    });
  };
  for (let index = 1; index <= count; index++) start(index);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      ending = true;
      for (const worker of workers()) worker.process.kill('SIGTERM');
      endWithLast();
    });
  }
}

export function isFirstProcess(): boolean {
  return cluster.isPrimary;
}

function endWithLast(): void {
  if (workers().length === 0) process.exit(0);
  cluster.on('exit', () => {
    if (workers().length === 0) process.exit(0);
  });
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}
