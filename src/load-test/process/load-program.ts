import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantileOf } from '../../evaluation/quantile.ts';
import { seededRandom } from '../../evaluation/random.ts';
import type { LoadPlan, LoadResult } from '../load-test.ts';
import { arrivals, carries, stressRates } from '../schedule.ts';
import { GatewayProcess } from './gateway-process.ts';
import type { LoadOutcome, LoadTask } from './messages.ts';
import { type Sent, sendOpenLoop } from './open-loop.ts';

/** Generates the load apart from everything else that the worker does: its own pauses would count as the gateway's. */
process.once('disconnect', () => process.exit(1));
process.once('message', (task: LoadTask) => {
  carryOut(task).then(
    (results) => answer({ kind: 'results', results }),
    (error: unknown) => answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});

/** The load of each version comes in turns: what else the machine does meanwhile concerns all alike. */
const [turns, warmUpRequests, stressSeconds] = [4, 50, 0.5];

interface Served {
  readonly version: number;
  readonly gateway: GatewayProcess;
  readonly path: string;
  readonly sent: Sent[];
}

async function carryOut({ versions, bodies, plan }: LoadTask): Promise<LoadResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-load-'));
  const served: Served[] = [];
  try {
    for (const { version, modelPath } of versions) {
      const stateFolder = join(folder, String(version.version));
      const gateway = await GatewayProcess.start({ version, modelPath, stateFolder });
      const path = `${gateway.url}/v1/models/${encodeURIComponent(version.model)}/predict`;
      served.push({ version: version.version, gateway, path, sent: [] });
    }
    for (const { path } of served) await sendOpenLoop(path, new Float64Array(warmUpRequests), bodies);
    const random = seededRandom(plan.seed);
    for (let turn = 0; turn < turns; turn += 1) {
      const due = arrivals(plan.rate, plan.seconds / turns, random);
      for (const { path, sent } of turn % 2 === 0 ? served : served.toReversed())
        sent.push(await sendOpenLoop(path, due, bodies));
    }
    const results: LoadResult[] = [];
    for (const each of served) results.push(await resultOf(each, plan, bodies));
    return results;
  } finally {
    await Promise.all(served.map(({ gateway }) => gateway.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function resultOf({ version, gateway, path, sent }: Served, plan: LoadPlan, bodies: readonly string[]) {
  const latencies = Float64Array.from(sent.flatMap((turn) => [...turn.latencies])).toSorted();
  const errors = sent.reduce((sum, turn) => sum + turn.errors, 0);
  const seconds = sent.reduce((sum, turn) => sum + turn.seconds, 0);
  const memoryMiB = (await gateway.memoryBytes()) / 1_048_576;
  return {
    version,
    requests: latencies.length + errors,
    errors,
    p50Ms: quantileOf(latencies, 0.5),
    p95Ms: quantileOf(latencies, 0.95),
    p99Ms: quantileOf(latencies, 0.99),
    answeredPerSecond: latencies.length / seconds,
    loadMs: gateway.loadMs,
    memoryMiB,
    kneePerSecond: plan.stress ? await kneeOf(path, plan, bodies) : null,
  };
}

/** Doubles the rate until it is no longer carried. */
async function kneeOf(path: string, { rate, seed }: LoadPlan, bodies: readonly string[]): Promise<number> {
  let carried = rate;
  for (const step of stressRates(rate)) {
    const due = arrivals(step, stressSeconds, seededRandom(seed));
    const { latencies, errors, seconds } = await sendOpenLoop(path, due, bodies);
    const answeredPerSecond = latencies.length / seconds;
    if (!carries({ rate: due.length / stressSeconds, answeredPerSecond, p99Ms: quantileOf(latencies, 0.99), errors }))
      break;
    carried = step;
  }
  return carried;
}

function answer(outcome: LoadOutcome): void {
  process.send?.(outcome, () => process.exit(0));
}
