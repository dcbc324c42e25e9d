import { PerennialError } from '../errors/error.ts';
import { isListening } from './program.ts';
import { defaultPorts } from './settings.ts';

export type Ports = { readonly [Name in keyof typeof defaultPorts]: number };

/** Five ports in a row from `base`, or the well-known ones. */
export function portsFrom(base?: number): Ports {
  if (base === undefined) return defaultPorts;
  return { temporal: base, temporalUi: base + 1, database: base + 2, api: base + 3, gateway: base + 4 };
}

export async function requireFree(ports: Ports): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await isListening(port))
      throw new PerennialError('PRN-PLATFORM-003', {
        message: `Port ${port}, which ${name} needs, is in use on 127.0.0.1.`,
      });
  }
}
