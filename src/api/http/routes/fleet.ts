import type { FastifyInstance } from 'fastify';
import { taskQueues } from '../../../../workflows/messages.ts';
import { standingQueues } from '../../../compute/fleet.ts';
import { readFleet } from '../../temporal/fleet.ts';
import type { Fleet } from '../../wire.ts';
import { needs } from '../auth.ts';
import type { ApiContext } from '../context.ts';

/** Who trains on which queue, and whose work waits. */
export function fleetRoutes(app: FastifyInstance, { registry, temporal }: ApiContext): void {
  app.get('/v1/fleet', needs.reading, async (): Promise<Fleet> => {
    const files = (await registry.models()).map(({ plan }) => plan.file);
    return await readFleet(temporal, standingQueues(files, taskQueues.training));
  });
}
