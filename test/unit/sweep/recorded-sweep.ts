import type { ParameterSpace } from '../../../src/plan/schema.ts';
import type { Prior } from '../../../src/sweep/prior.ts';
import { randomFor } from '../../../src/sweep/random.ts';
import type { SweepRecord, TrialRecord } from '../../../src/sweep/record.ts';
import type { Sampler } from '../../../src/sweep/sampler-names.ts';
import type { Parameters } from '../../../src/sweep/space.ts';
import { suggested } from '../../../src/sweep/warm-start.ts';

const space: Record<string, ParameterSpace> = {
  eta: { float: [0.001, 0.3], log: true },
  depth: { int: [2, 9], log: false },
  booster: { choice: ['tree', 'line'] },
  leaf: { int: [1, 40], log: true, when: { parameter: 'booster', in: ['tree'] } },
};
const warmStart = [{ eta: 0.02, depth: 4, booster: 'line' }];

/** A sweep of 40 trials, five at a time, as the workflow records it. */
export function recordedSweep(sampler: Sampler, prior: Prior | null = null): SweepRecord {
  const order = randomFor(3, 1);
  const trials: TrialRecord[] = [];
  const running: Pick<TrialRecord, 'trial' | 'parameters' | 'knew' | 'beside'>[] = [];
  for (let next = 0; trials.length < 40; ) {
    while (running.length < 5) {
      const parameters = suggested({
        ...{ space, seed: 11, direction: 'maximize', sampler, trialNumber: next },
        observations: trials.map(({ trial, parameters: known, value }) => ({ trial, parameters: known, value })),
        running: running.map((other) => other.parameters),
        warmStart: warmStart[next] ?? null,
        prior,
      });
      running.push({ trial: next, parameters, knew: trials.length, beside: running.map(({ trial }) => trial) });
      next += 1;
    }
    for (const done of running.splice(Math.floor(order() * 5), 1))
      trials.push({ ...done, value: aucOf(done), seconds: 2 });
  }
  return {
    ...{ run: 'm-r1', model: 'm', stage: 'boosted', metric: 'auc', direction: 'maximize', seed: 11, space, sampler },
    ...{ warmStart, prior, trials, ended: '40 trials have finished', usd: 0 },
    cutOff: running.map(({ trial, parameters }) => ({ trial, parameters })),
    best: [...trials].sort((a, b) => (b.value ?? -9) - (a.value ?? -9))[0]?.trial ?? null,
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: '2026-01-01T00:01:00Z',
  };
}

const aucOf = ({ trial, parameters }: { readonly trial: number; readonly parameters: Parameters }) =>
  trial % 9 === 8 ? null : -Math.abs(Math.log(Number(parameters.eta) / 0.05));
