import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rehearse } from '../../../../src/gateway/http/rehearsal.ts';

const openServers = (): string[] => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap');

let temporary: string;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'perennial-rehearsals-'));
  vi.stubEnv('TMPDIR', temporary);
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await rm(temporary, { recursive: true });
});

describe('a rehearsal', () => {
  it('has every practice request answered, and leaves no port open and no file', async () => {
    const before = openServers();
    expect(await rehearse()).toBe(true);
    await vi.waitFor(() => expect(openServers()).toEqual(before));
    expect(await readdir(temporary)).toEqual([]);
  });

  it('is given up where no port can be had', async () => {
    vi.spyOn(createServer().constructor.prototype, 'listen').mockImplementation(function (this: Server) {
      queueMicrotask(() => this.emit('error', new Error('no loopback')));
      return this;
    });
    expect(await rehearse()).toBe(false);
    expect(await readdir(temporary)).toEqual([]);
  });
});
