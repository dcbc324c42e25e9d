import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isPerennialError } from '../../src/errors/error.ts';
import { defaultPorts } from '../../src/platform/settings.ts';
import { type Flight, preparedDays, readFlights } from './replay/flights.ts';
import { connectGateway, type Gateway } from './replay/gateway.ts';
import { delayedLabels, type Label } from './replay/labels.ts';
import { evenPace, slots } from './replay/pace.ts';
import { type ReplaySummary, startTally, type Tally } from './replay/tally.ts';

export type { ReplaySummary } from './replay/tally.ts';

export interface ReplayOptions {
  readonly gatewayUrl: string;
  /** What `prepareFlights` wrote. */
  readonly flightsFolder: string;
  /** First and last UTC day, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  readonly ratePerSecond: number;
  /** Time from a prediction to its label. */
  readonly labelDelayMs: number;
  /** Requests under way at a time, 16 unless told otherwise: with a slow gateway the rate falls. */
  readonly concurrency?: number;
  readonly model?: string;
  readonly signal?: AbortSignal;
  /** Called about once a second, and at the end. */
  readonly onProgress?: (summary: ReplaySummary) => void;
}

const progressMs = 1000;

/**
 * Sends real flights to the gateway in the order of time, and their labels later. Failed requests are counted and not repeated. An
 * abort ends it at once, with what was done until then.
 * @throws PRN-DATASET-001 when the folder has no flights of these days
 */
export async function replayFlights(options: ReplayOptions): Promise<ReplaySummary> {
  const { model = 'flight-delay', concurrency = 16 } = options;
  const ending = new AbortController();
  const signal = options.signal === undefined ? ending.signal : AbortSignal.any([ending.signal, options.signal]);
  const gateway = connectGateway(options.gatewayUrl, concurrency);
  const tally = startTally();
  const report = () => options.onProgress?.(tally.summary(signal.aborted));
  const ticking = setInterval(report, progressMs);
  signal.addEventListener('abort', () => gateway.close(), { once: true });
  const labels = delayedLabels(options.labelDelayMs, (batch) => postLabels(gateway, model, batch, tally), signal);
  try {
    const pace = evenPace(options.ratePerSecond, signal);
    const running = slots(concurrency);
    for await (const flight of readFlights(options.flightsFolder, options.from, options.to)) {
      if (!(await pace())) break;
      await running.start(async () => {
        const answered = await predict(gateway, model, flight, tally, signal);
        if (answered && flight.late !== null) labels.add({ id: flight.id, label: flight.late });
      });
    }
    await running.idle();
    await labels.drain();
    report();
    return tally.summary(signal.aborted);
  } finally {
    clearInterval(ticking);
    ending.abort();
  }
}

async function predict(
  gateway: Gateway,
  model: string,
  { body }: Flight,
  tally: Tally,
  signal: AbortSignal,
): Promise<boolean> {
  if (signal.aborted) return false;
  const startedMs = performance.now();
  try {
    const reply = await gateway.post(`/v1/models/${model}/predict`, body);
    const answered = isSuccess(reply.status);
    if (answered) tally.answered(reply.body, performance.now() - startedMs);
    else tally.failed(String(reply.status));
    return answered;
  } catch (error) {
    // A request that the abort has cut off tells nothing about the gateway.
    if (!signal.aborted) tally.failed(networkCode(error));
    return false;
  }
}

/** Labels that do not arrive are lost to this replay, and seen in `labelled`. */
async function postLabels(gateway: Gateway, model: string, labels: readonly Label[], tally: Tally): Promise<void> {
  const reply = await gateway.post(`/v1/models/${model}/labels`, JSON.stringify({ labels })).catch(() => null);
  if (reply !== null && isSuccess(reply.status)) tally.labelled(labels.length);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function networkCode(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      gateway: { type: 'string', default: `http://127.0.0.1:${defaultPorts.gateway}` },
      flights: { type: 'string', default: '.perennial/flights' },
      from: { type: 'string', default: '2013-06-24' },
      to: { type: 'string' },
      rate: { type: 'string', default: '50' },
      'label-delay': { type: 'string', default: '2000' },
    },
  });
  const flightsFolder = resolve(values.flights);
  const stopping = new AbortController();
  process.once('SIGINT', () => stopping.abort());
  process.once('SIGTERM', () => stopping.abort());
  const summary = await replayFlights({
    gatewayUrl: values.gateway,
    flightsFolder,
    from: values.from,
    to: values.to ?? (await preparedDays(flightsFolder)).at(-1) ?? values.from,
    ratePerSecond: Number(values.rate),
    labelDelayMs: Number(values['label-delay']),
    signal: stopping.signal,
    onProgress: (progress) => console.error(oneLine(progress)),
  });
  console.log(JSON.stringify(summary, null, 2));
}

function oneLine({ sent, failed, labelled, answers, latencyMs, seconds }: ReplaySummary): string {
  const versions = answers.map(({ version, role, count }) => `v${version} ${role} ${count}`).join(', ');
  const latency = latencyMs === null ? '' : `  p50 ${latencyMs.p50.toFixed(1)} ms  p99 ${latencyMs.p99.toFixed(1)} ms`;
  return `${seconds.toFixed(0)} s  ${sent} sent  ${failed} failed  ${labelled} labels${latency}  ${versions}`;
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main().catch((error: unknown) => {
    console.error(isPerennialError(error) ? `${error.code}: ${error.message}\n${error.hint}` : error);
    process.exitCode = 1;
  });
}
