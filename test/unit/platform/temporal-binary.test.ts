import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cachedTemporal, findTemporal } from '../../../src/platform/temporal-binary.ts';

describe('findTemporal', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'temporal binary '));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (path: string): string => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '#!/bin/sh\n');
    chmodSync(path, 0o755);
    return path;
  };

  it('prefers the cached program to one on the PATH', () => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: join(folder, 'bin') };
    program(join(folder, 'bin', 'temporal'));
    const cached = program(cachedTemporal(environment));
    expect(findTemporal(environment)).toBe(cached);
  });

  it('takes the first one on the PATH when nothing is cached', () => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache'), PATH: `:${folder}/none:${folder}/bin` };
    const onPath = program(join(folder, 'bin', 'temporal'));
    expect(findTemporal(environment)).toBe(onPath);
  });

  it('skips a file that cannot be executed', () => {
    const environment = { XDG_CACHE_HOME: folder, PATH: join(folder, 'bin') };
    chmodSync(program(join(folder, 'bin', 'temporal')), 0o644);
    expect(() => findTemporal(environment)).toThrow(expect.objectContaining({ code: 'PRN-PLATFORM-004' }));
  });
});
