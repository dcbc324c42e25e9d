import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry as MetricsRegistry } from 'prom-client';
import { needs } from './auth.ts';
import { checkGauges, mostAlarms, refreshChecks } from './check-metrics.ts';
import type { ApiContext } from './context.ts';

/** `GET /metrics` for Prometheus: the API's own requests, and the state of every model as the registry holds it at the scrape. */
export function registerMetrics(app: FastifyInstance, context: ApiContext): void {
  const register = new MetricsRegistry();
  collectDefaultMetrics({ register });
  const seconds = new Histogram({
    name: 'perennial_api_request_duration_seconds',
    help: 'Time to answer, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [register],
  });
  const models = modelGauges(register);
  const checks = checkGauges(register);
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1_000);
  });
  app.get('/metrics', needs.nothing, async (_request, reply) => {
    await Promise.all([refresh(models, context), refreshChecks(checks, context.registry, Date.now())]);
    reply.type(register.contentType);
    return await register.metrics();
  });
}

function modelGauges(register: MetricsRegistry) {
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['model'], registers: [register] });
  return {
    stable: gauge('perennial_model_stable_version', 'Version that is stable; 0 without one.'),
    weight: gauge('perennial_model_canary_weight', 'Share of requests that the canary answers.'),
    alarms: gauge('perennial_model_open_alarms', 'Alarms that are open.'),
    openRuns: gauge('perennial_model_open_runs', 'Runs that are open.'),
  };
}

/** A few reads for all models together: their number must not be felt at every scrape. */
async function refresh(gauges: ReturnType<typeof modelGauges>, { registry }: ApiContext): Promise<void> {
  const [routes, alarms, runs] = await Promise.all([
    registry.routes(),
    registry.alarms({ open: true, limit: mostAlarms }),
    registry.openRuns(),
  ]);
  for (const gauge of Object.values(gauges)) gauge.reset();
  for (const { model, stable, weight } of routes) {
    gauges.stable.set({ model }, stable ?? 0);
    gauges.weight.set({ model }, weight);
    gauges.alarms.set({ model }, 0);
    gauges.openRuns.set({ model }, 0);
  }
  for (const { model } of alarms) gauges.alarms.inc({ model });
  for (const { model } of runs) gauges.openRuns.inc({ model });
}
