import { execFile } from 'node:child_process';
import { arch, cpus } from 'node:os';
import { type HardwareByDevice, hardwareClass } from '../hardware.ts';

/** What this machine is; `program` (nvidia-smi) names the GPU, where there is one. @param threads cores for each trainer */
export async function ownHardware(threads: number, program = 'nvidia-smi'): Promise<HardwareByDevice> {
  const parts = { architecture: arch(), processor: cpus()[0]?.model ?? '', threads };
  const gpu = await gpuName(program);
  return { cpu: hardwareClass({ ...parts, gpu: null }), cuda: hardwareClass({ ...parts, gpu: gpu ?? 'a GPU' }) };
}

function gpuName(program: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(program, ['--query-gpu=name', '--format=csv,noheader'], { timeout: 5_000 }, (error, stdout) => {
      resolve(error ? null : (stdout.trim().split('\n')[0] ?? null));
    });
  });
}
