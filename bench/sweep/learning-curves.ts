import type { RungReport } from '../../src/sweep/rungs.ts';
import { curveOf, flightsTable } from './flights-table.ts';

/** 500 XGBoost configurations trained on flights for 243 rounds: validation AUC after some of the rounds, and what the training cost. */
export interface LearningCurves {
  readonly configurations: number;
  readonly steps: number;
  readonly best: number;
  /** AUC after so many rounds, between measured rounds by a straight line. */
  valueAt(configuration: number, step: number): number;
  /** From one round to a later one; 1 = one median training. */
  cost(configuration: number, from: number, to: number): number;
}

/** What an early-stopping rule is asked each time that a trial has come to a step. */
export interface Rule {
  readonly steps: readonly number[];
  goesOn(reports: readonly RungReport[], trial: number): boolean;
}

export function flightsCurves(): LearningCurves {
  const table = flightsTable();
  const seconds = table.rows.map(({ cpu_s }) => Number(cpu_s));
  const middle = [...seconds].sort((a, b) => a - b)[seconds.length >> 1] ?? 1;
  const curves = table.rows.map((row) => curveOf(table, row));
  const steps = table.rounds.at(-1) ?? 0;
  return {
    configurations: table.rows.length,
    steps,
    best: Math.max(...curves.flat()),
    valueAt: (configuration, step) => between(table.rounds, curves[configuration] ?? [], step),
    cost: (configuration, from, to) => ((seconds[configuration] ?? 0) / middle) * ((to - from) / steps),
  };
}

function between(rounds: readonly number[], values: readonly number[], step: number): number {
  const after = rounds.findIndex((round) => round >= step);
  if (after <= 0) return values[Math.max(0, after)] ?? 0;
  const [low, high] = [rounds[after - 1] ?? 0, rounds[after] ?? 0];
  const [a, b] = [values[after - 1] ?? 0, values[after] ?? 0];
  return a + ((b - a) * (step - low)) / (high - low);
}

/**
 * Worker time until a value within `tolerance` of the best was seen, when `workers` take configurations in the given order; null: never.
 * Trials are told apart by their configuration. Events happen in the order of their time, as in a real sweep.
 */
export function timeToBest(
  curves: LearningCurves,
  order: readonly number[],
  { rule, workers, tolerance }: { readonly rule: Rule; readonly workers: number; readonly tolerance: number },
): number | null {
  const steps = [...rule.steps, curves.steps];
  const reports = new Map<number, RungReport[]>();
  const working: { at: number; trial: number; rung: number }[] = [];
  const waiting = [...order];
  const advance = (at: number, trial: number, rung: number): void => {
    const from = rung === 0 ? 0 : (steps[rung - 1] ?? 0);
    working.push({ at: at + curves.cost(trial, from, steps[rung] ?? 0), trial, rung });
  };
  const begin = (at: number): void => {
    const next = waiting.shift();
    if (next !== undefined) advance(at, next, 0);
  };
  for (let worker = 0; worker < workers; worker += 1) begin(0);
  for (;;) {
    working.sort((a, b) => a.at - b.at);
    const event = working.shift();
    if (!event) return null;
    const { at, trial, rung } = event;
    const step = steps[rung] ?? 0;
    const value = curves.valueAt(trial, step);
    if (value >= curves.best - tolerance) return at;
    const here = reports.get(step) ?? [];
    here.push({ trial, step, value });
    reports.set(step, here);
    if (step < curves.steps && rule.goesOn(here, trial)) advance(at, trial, rung + 1);
    else begin(at);
  }
}
