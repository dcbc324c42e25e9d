import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { AnswerCounts, RequestTimes } from './quick-metrics.ts';

/** Everything that the gateway counts, in a registry of its own, so that two gateways in one process do not mix. */
export interface GatewayMetrics {
  readonly registry: Registry;
  answered(model: string, version: number, role: string, ok: boolean): void;
  refused(code: string): void;
  fellBack(model: string, reason: string): void;
  shadowDropped(model: string): void;
  halted(model: string): void;
  polled(ok: boolean): void;
  uploaded(ok: boolean): void;
  /** Whole request, from its arrival to its answer. */
  took(path: string, seconds: number): void;
}

export interface Gauges {
  readonly unsentSegments: () => number;
  readonly routes: () => Iterable<{ readonly model: string; readonly rev: number; readonly share: number }>;
}

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** @param ofProcess whether they also tell of the process: its memory, its event loop */
export function createMetrics(gauges: Gauges, { ofProcess }: { readonly ofProcess: boolean }): GatewayMetrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry, prefix: 'perennial_gateway_' });
  const counter = counterIn(registry);
  const answers = countAnswers(registry);
  const refusals = counter('refusals_total', 'Requests refused with an error code', ['code']);
  const fallbacks = counter('fallbacks_total', "Rows that the champion answered in a failed canary's place", [
    'model',
    'reason',
  ]);
  const dropped = counter('shadow_dropped_total', 'Mirrored rows dropped because the queue was full', ['model']);
  const halts = counter('halts_total', 'Rollouts that this gateway dropped by itself', ['model']);
  const polls = counter('route_polls_total', 'Reads of the routes', ['ok']);
  const uploads = counter('log_uploads_total', 'Log segments sent', ['ok']);
  const name = 'perennial_gateway_request_seconds';
  const times = new RequestTimes({ name, help: 'Time of a whole request', buckets, registry });
  addGauges(registry, gauges);
  return {
    registry,
    answered: (model, version, role, ok) => answers.add(model, version, role, ok),
    refused: (code) => refusals.inc({ code }),
    fellBack: (model, reason) => fallbacks.inc({ model, reason }),
    shadowDropped: (model) => dropped.inc({ model }),
    halted: (model) => halts.inc({ model }),
    polled: (ok) => polls.inc({ ok: String(ok) }),
    uploaded: (ok) => uploads.inc({ ok: String(ok) }),
    took: (path, duration) => times.add(path, duration),
  };
}

function countAnswers(registry: Registry): AnswerCounts {
  const counts = new AnswerCounts();
  new Counter({
    name: 'perennial_gateway_answers_total',
    help: 'Answered rows',
    labelNames: ['model', 'version', 'role', 'ok'],
    registers: [registry],
    collect() {
      counts.writeTo(this);
    },
  });
  return counts;
}

function counterIn(registry: Registry): (name: string, help: string, labelNames: string[]) => Counter {
  return (name, help, labelNames) =>
    new Counter({ name: `perennial_gateway_${name}`, help, labelNames, registers: [registry] });
}

function addGauges(registry: Registry, gauges: Gauges): void {
  new Gauge({
    name: 'perennial_gateway_log_unsent_segments',
    help: 'Log segments that the object store does not have yet',
    registers: [registry],
    collect() {
      this.set(gauges.unsentSegments());
    },
  });
  const share = new Gauge({
    name: 'perennial_gateway_canary_share',
    help: 'Share of requests that the canary answers now',
    labelNames: ['model'],
    registers: [registry],
  });
  new Gauge({
    name: 'perennial_gateway_route_rev',
    help: 'Revision of the route that is held',
    labelNames: ['model'],
    registers: [registry],
    collect() {
      for (const route of gauges.routes()) {
        this.set({ model: route.model }, route.rev);
        share.set({ model: route.model }, route.share);
      }
    },
  });
}
