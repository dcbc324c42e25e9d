import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { rehearse } from '../../../../src/gateway/http/rehearsal.ts';

const openServers = (): string[] => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap');

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a rehearsal', () => {
  it('has every practice request answered, and leaves no port open', async () => {
    const before = openServers();
    expect(await rehearse()).toBe(true);
    await vi.waitFor(() => expect(openServers()).toEqual(before));
  });

  it('is given up where no port can be had', async () => {
    vi.spyOn(createServer().constructor.prototype, 'listen').mockImplementation(function (this: Server) {
      queueMicrotask(() => this.emit('error', new Error('no loopback')));
      return this;
    });
    expect(await rehearse()).toBe(false);
  });
});
