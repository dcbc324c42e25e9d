import { expect, it } from 'vitest';
import { hardwareClass } from '../../../src/training/hardware.ts';
import { ownHardware } from '../../../src/training/process/hardware.ts';

it('names a class of machines without clock rates and trade marks', () => {
  const processor = 'Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz';
  expect(hardwareClass({ architecture: 'x64', processor, threads: 2, gpu: null })).toBe(
    'x64, Intel Xeon Platinum 8259CL CPU, 2 threads',
  );
  expect(hardwareClass({ architecture: 'arm64', processor: '', threads: 1, gpu: 'NVIDIA T4G' })).toBe(
    'arm64, unknown processor, 1 thread, NVIDIA T4G',
  );
});

it('tells this machine with and without its GPU, also where nothing names one', async () => {
  const { cpu, cuda } = await ownHardware(3, '/nowhere/nvidia-smi');
  expect(cpu).toMatch(/, 3 threads$/);
  expect(cuda).toBe(`${cpu}, a GPU`);
});
