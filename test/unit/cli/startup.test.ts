import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled } from '../../contracts/compiled.ts';

let folder: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-startup-'));
  main = await compiled('src/cli/main.ts', folder);
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

describe('the compiled program', () => {
  it('answers in a pipe with plain text and an exit code', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'chek'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('Did you mean check?');
  });
});
