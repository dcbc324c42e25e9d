import { execFile } from 'node:child_process';
import type { GpuUse, ReadGpu } from '../gpu.ts';

const query = ['--query-gpu=utilization.gpu,memory.used', '--format=csv,noheader,nounits'];

/**
 * Asks `program` (nvidia-smi); where there is no such program it is not asked again. `visible` is CUDA_VISIBLE_DEVICES: of a
 * machine with several workers only this one's GPUs count.
 */
export function nvidiaGpu(program = 'nvidia-smi', visible = process.env.CUDA_VISIBLE_DEVICES): ReadGpu {
  let present = true;
  const ours = visible && /^[\w-]+(,[\w-]+)*$/.test(visible) ? [`--id=${visible}`] : [];
  return () =>
    new Promise((resolve) => {
      if (!present) return resolve(null);
      execFile(program, [...query, ...ours], { timeout: 5_000 }, (error, stdout) => {
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
