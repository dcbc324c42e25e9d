import { execFile } from 'node:child_process';
import type { GpuUse, ReadGpu } from '../gpu.ts';

const query = ['--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits'];

/** Asks `program` (nvidia-smi); where there is no such program it is not asked again. */
export function nvidiaGpu(program = 'nvidia-smi'): ReadGpu {
  let present = true;
  return () =>
    new Promise((resolve) => {
      if (!present) return resolve(null);
      execFile(program, query, { timeout: 5_000 }, (error, stdout) => {
        if (error?.code === 'ENOENT') present = false;
        resolve(error ? null : parseGpus(stdout));
      });
    });
}

/** One line per GPU: `87, 10240`. */
export function parseGpus(text: string): GpuUse | null {
  const gpus = text
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number))
    .filter(([busy, memory]) => Number.isFinite(busy) && Number.isFinite(memory));
  if (gpus.length === 0) return null;
  const sum = (column: number) => gpus.reduce((total, row) => total + (row[column] ?? 0), 0);
  return { utilisation: sum(0) / gpus.length / 100, memoryMiB: sum(1) };
}
