import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isListening } from '../../src/platform/program.ts';
import { findTemporal } from '../../src/platform/temporal-binary.ts';
import { temporalServerArgs } from '../../src/platform/temporal-server.ts';
import { freePorts, inTempFolder } from './place.ts';

/** The server as `perennial up` starts it, the same but for some of its settings (by the start of their names), or as it comes. */
export type ServerFlags = 'ours' | 'default' | { readonly without: string };

/** A Temporal server of its own for as long as `use` takes. */
export async function withTemporal<T>(
  flags: ServerFlags,
  use: (server: { readonly address: string; readonly folder: string }) => Promise<T>,
): Promise<T> {
  return await inTempFolder('temporal', async (folder) => {
    const port = await freePorts();
    const server = spawn(findTemporal(), argsOf(flags, join(folder, 'temporal.db'), port), { stdio: 'ignore' });
    const ended = once(server, 'exit');
    try {
      while (!(await isListening(port)) && server.exitCode === null) await sleep(25);
      return await use({ address: `127.0.0.1:${port}`, folder });
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  });
}

function argsOf(flags: ServerFlags, databaseFile: string, port: number): string[] {
  if (flags === 'default') {
    const listening = ['server', 'start-dev', '--ip', '127.0.0.1', '--port', `${port}`, '--headless'];
    return [...listening, '--db-filename', databaseFile, '--log-level', 'error'];
  }
  const ours = temporalServerArgs({ databaseFile, port, uiPort: port + 1 });
  if (flags === 'ours') return ours;
  const dropped = (value: string | undefined) => value?.startsWith(flags.without) ?? false;
  return ours.filter((value, at) => !dropped(value) && !(value === '--dynamic-config-value' && dropped(ours[at + 1])));
}
