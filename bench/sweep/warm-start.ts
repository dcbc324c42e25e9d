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

/** Sweeps on today's data that know yesterday's, against sweeps that know nothing. */
export function warmStartRows(seeds: number): Row[] {
  const { space, regret } = flightsSurrogate();
  const reached: number[] = [];
  const [misled, cold]: [number[], number[]] = [[], []];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const yesterday = sweep(space, regret, { seed, trials: trialsOfADay, past: nothing });
    const best = Math.min(...valuesOf(yesterday));
    const today = drifted(space, regret, seed);
    const warm = sweep(space, today, {
      seed: seed + 1_000,
      trials: trialsOfADay,
      past: takenFrom(space, yesterday),
    });
    const at = valuesOf(warm).findIndex((value) => value <= best + 1e-9);
    reached.push(at < 0 ? trialsOfADay + 1 : at + 1);
    // Yesterday everything was the other way round: its best are today's worst.
    const wrong = sweep(space, (parameters) => -regret(parameters), { seed, trials: 50, past: nothing });
    const again = { seed: seed + 1_000, trials: trialsOfADay };
    misled.push(Math.min(...valuesOf(sweep(space, regret, { ...again, past: takenFrom(space, wrong) }))));
    cold.push(Math.min(...valuesOf(sweep(space, regret, { ...again, past: nothing }))));
  }
  const ratios = misled.map((value, at) => value / (cold[at] ?? value));
  const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  return [
    goalRow(
      `flights surrogate, drifted overnight: trials until a warm start has yesterday's best regret of ${trialsOfADay}`,
      10,
      figure(reached),
      `${reached.filter((count) => count <= 10).length} of ${seeds} seeds within 10`,
    ),
    goalRow(
      `regret after ${trialsOfADay} trials when the earlier sweep misleads, by that of a cold start (geometric mean)`,
      1.05,
      figure([mean]),
    ),
  ];
}

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
