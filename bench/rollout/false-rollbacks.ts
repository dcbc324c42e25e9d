import type { ArmTally } from '../../src/rollout/report.ts';
import type { Row } from '../report/row.ts';
import { champion, generator, sixGates, watchCanary } from './simulated.ts';

/**
 * Canaries that are the champion itself, 24 h each, a look a minute: how many are rolled back all the same. Beside it the rules that people
 * write by hand, on the same requests.
 */
export function falseRollbackRows(canaries: number): Row[] {
  const random = generator(2026);
  const rolledBack = { ours: 0, window: 0, cumulative: 0, ztest: 0 };
  for (let canary = 0; canary < canaries; canary += 1) {
    const naive = new NaiveRules();
    const beside = (stable: ArmTally, arm: ArmTally) => naive.look(stable, arm);
    const found = watchCanary(random, champion, { gates: sixGates, hours: 24, lookEverySeconds: 60, beside });
    if (found !== null) rolledBack.ours += 1;
    for (const rule of ['window', 'cumulative', 'ztest'] as const) if (naive.fired[rule]) rolledBack[rule] += 1;
  }
  const percent = (count: number) => {
    const value = (100 * count) / canaries;
    return { median: value, min: value, max: value, n: canaries };
  };
  const ours = percent(rolledBack.ours);
  const what = 'false roll-backs of canaries that are the champion itself, 24 h, 1,440 looks, %';
  const row = (name: string, count: number): Row => ({
    ...{ what: 'the same requests, errors only, %', goal: null, ours },
    ...{ peer: { name, figure: percent(count) }, ratio: null, holds: percent(count).median > ours.median },
  });
  return [
    { what: `${what}; 6 gates`, goal: '<= 5', ours, peer: null, ratio: null, holds: ours.median <= 5 },
    row('last 5 minutes over the champion + 0.5 points', rolledBack.window),
    row('all requests over the champion + 0.5 points, from 100 on', rolledBack.cumulative),
    row('z-test at each look, p < 0.05', rolledBack.ztest),
  ];
}

/** Rules on the error rate as they stand in many pipelines. */
class NaiveRules {
  readonly fired = { window: false, cumulative: false, ztest: false };
  readonly #earlier: {
    readonly requests: number;
    readonly errors: number;
    readonly stable: number;
    readonly failed: number;
  }[] = [];

  look(stable: ArmTally, canary: ArmTally): void {
    const seen = { requests: canary.requests, errors: canary.errors, stable: stable.requests, failed: stable.errors };
    const before = this.#earlier.length >= 5 ? this.#earlier.shift() : undefined;
    this.#earlier.push(seen);
    if (before && seen.requests > before.requests) {
      const rate = (seen.errors - before.errors) / (seen.requests - before.requests);
      const usual = (seen.failed - before.failed) / (seen.stable - before.stable);
      if (rate > usual + 0.005) this.fired.window = true;
    }
    const [rate, usual] = [seen.errors / seen.requests, seen.failed / seen.stable];
    if (seen.requests >= 100 && rate > usual + 0.005) this.fired.cumulative = true;
    if (zScore(seen) > 1.645 && seen.requests >= 50) this.fired.ztest = true;
  }
}

/** One-sided, of two proportions. */
function zScore(seen: {
  readonly requests: number;
  readonly errors: number;
  readonly stable: number;
  readonly failed: number;
}): number {
  const pooled = (seen.errors + seen.failed) / (seen.requests + seen.stable);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / seen.requests + 1 / seen.stable));
  return spread > 0 ? (seen.errors / seen.requests - seen.failed / seen.stable) / spread : 0;
}
