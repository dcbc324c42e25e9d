import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nvidiaGpu } from '../../../../src/training/process/nvidia.ts';

let folder: string;
let program: string;
/** Answers for GPUs 1 and 3 when it is asked for them, else for all. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-nvidia-'));
  program = join(folder, 'nvidia-smi');
  await writeFile(
    program,
    '#!/bin/sh\ncase "$*" in *--id=1,3*) echo "50, 100"; echo "100, 50";; *) echo "0, 7";; esac\n',
  );
  await chmod(program, 0o755);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe('nvidiaGpu', () => {
  it('counts only the GPUs that this worker may use', async () => {
    expect(await nvidiaGpu(program, '1,3')()).toEqual({ utilisation: 0.75, memoryMiB: 150 });
  });

  it.each(['', undefined, '-1 0', '0;rm'])('counts all of them for %j', async (visible) => {
    expect(await nvidiaGpu(program, visible)()).toEqual({ utilisation: 0, memoryMiB: 7 });
  });

  it('asks no more where there is no such program', async () => {
    const read = nvidiaGpu(join(folder, 'nothing'), '');
    expect([await read(), await read()]).toEqual([null, null]);
  });
});
