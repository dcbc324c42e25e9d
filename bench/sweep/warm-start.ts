import { type EarlierTrials, earlierTrials } from '../../src/sweep/earlier-trials.ts';
import { randomFor } from '../../src/sweep/random.ts';
import type { TrialRecord } from '../../src/sweep/record.ts';
import type { Parameters, Space } from '../../src/sweep/space.ts';
import { suggested } from '../../src/sweep/warm-start.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { flightsSurrogate } from './flights-surrogate.ts';

type Regret = (parameters: Parameters) => number;

const trialsOfADay = 100;
const nothing: EarlierTrials = { parameters: [], prior: null, dropped: 0 };

/** Two sweeps of one task differ by more than what a wrong prior costs: so many times as many seeds show that. */
const seedsToMislead = 10;

/** Sweeps on today's data that know yesterday's, against sweeps that know nothing. */
export function warmStartRows(seeds: number): Row[] {
  return [driftedRow(seeds), misledRow(seeds * seedsToMislead)];
}

function driftedRow(seeds: number): Row {
  const { space, regret } = flightsSurrogate();
  const reached = seedsUpTo(seeds).map((seed) => {
    const yesterday = sweep(space, regret, { seed, trials: trialsOfADay, past: nothing });
    const past = takenFrom(space, yesterday);
    const warm = sweep(space, drifted(space, regret, seed), { seed: seed + 1_000, trials: trialsOfADay, past });
    const at = valuesOf(warm).findIndex((value) => value <= bestOf(yesterday) + 1e-9);
    return at < 0 ? trialsOfADay + 1 : at + 1;
  });
  return goalRow(
    `flights surrogate, drifted overnight: trials until a warm start has yesterday's best regret of ${trialsOfADay}`,
    10,
    figure(reached),
    `${reached.filter((count) => count <= 10).length} of ${seeds} seeds within 10`,
  );
}

/** Yesterday everything was the other way round: its best are today's worst. */
function misledRow(seeds: number): Row {
  const { space, regret } = flightsSurrogate();
  const logs = seedsUpTo(seeds).map((seed) => {
    const wrong = sweep(space, (parameters) => -regret(parameters), { seed, trials: 50, past: nothing });
    const today = { seed: seed + 1_000, trials: trialsOfADay };
    const misled = sweep(space, regret, { ...today, past: takenFrom(space, wrong) });
    const cold = sweep(space, regret, { ...today, past: nothing });
    return Math.log(bestOf(misled) / bestOf(cold));
  });
  const mean = logs.reduce((sum, log) => sum + log, 0) / seeds;
  const error = Math.sqrt(logs.reduce((sum, log) => sum + (log - mean) ** 2, 0)) / seeds;
  return goalRow(
    `regret after ${trialsOfADay} trials when the earlier sweep misleads, by that of a cold start (geometric mean)`,
    1.05,
    figure([Math.exp(mean)]),
    `${seeds} seeds; standard error ${(100 * error).toFixed(0)} %`,
  );
}

const seedsUpTo = (seeds: number) => Array.from({ length: seeds }, (_, at) => at + 1);

function sweep(
  space: Space,
  regret: Regret,
  { seed, trials, past }: { readonly seed: number; readonly trials: number; readonly past: EarlierTrials },
): TrialRecord[] {
  const ended: TrialRecord[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const asked = { space, observations: ended, running: [], seed, trialNumber: trial, direction: 'minimize' } as const;
    const parameters = suggested({ ...asked, warmStart: past.parameters[trial] ?? null, prior: past.prior });
    ended.push({ trial, parameters, value: regret(parameters), knew: trial, beside: [] });
  }
  return ended;
}

const bestOf = (trials: readonly TrialRecord[]) => Math.min(...valuesOf(trials));

const valuesOf = (trials: readonly TrialRecord[]) => trials.map(({ value }) => value ?? Number.POSITIVE_INFINITY);

function takenFrom(space: Space, trials: readonly TrialRecord[]): EarlierTrials {
  return earlierTrials([{ metric: 'rmse', trials }], { space, metric: 'rmse', direction: 'minimize', known: [] });
}

/** The same task a day later: in each range its optimum has moved by up to 5 %. */
function drifted(space: Space, regret: Regret, seed: number): Regret {
  const random = randomFor(seed, -7);
  const shifts = Object.fromEntries(Object.keys(space).map((name) => [name, (random() - 0.5) * 0.1]));
  return (parameters) => {
    const moved = Object.entries(parameters).map(([name, value]) => {
      const parameter = space[name];
      const range = parameter && 'float' in parameter ? parameter.float : null;
      if (!range || typeof value !== 'number') return [name, value];
      const [low, high] = range;
      const log = parameter && 'log' in parameter && parameter.log;
      const by = shifts[name] ?? 0;
      const place = log ? value * (high / low) ** by : value + by * (high - low);
      return [name, Math.min(high, Math.max(low, place))];
    });
    return regret(Object.fromEntries(moved));
  };
}
