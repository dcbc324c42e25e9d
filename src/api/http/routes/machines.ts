import type { FastifyInstance } from 'fastify';
import { billed } from '../../../compute/cost.ts';
import type { MachineRecord } from '../../../compute/ledger.ts';
import { machinesQuery } from '../../requests.ts';
import type { MachineStanding } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';
import { parse } from '../failures.ts';

/** What is rented now, and what was. */
export function machineRoutes(app: FastifyInstance, { registry }: ApiContext): void {
  app.get('/v1/machines', needs.reading, async ({ query }): Promise<MachineStanding[]> => {
    const { run, living, limit } = parse(machinesQuery, query, 'query');
    const machines = await registry.machines({ living, limit, ...(run === undefined ? {} : { run }) });
    const now = new Date().toISOString();
    return machines.map((machine) => ({ ...machine, soFar: costSoFar(machine, now) }));
  });
}

function costSoFar(machine: MachineRecord, now: string): MachineStanding['soFar'] {
  const { launchedAt, runningAt, offer, billedSeconds, usd } = machine;
  if (billedSeconds !== null && usd !== null) return { seconds: billedSeconds, usd };
  return billed({ launchedAt, runningAt, terminatedAt: now, usdPerHour: offer.usdPerHour });
}
