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
  const reports = new Map<number, RungReport[]>();
  const waiting = [...order];
  const steps = [...rule.steps, curves.steps];
  return firstBest(curves, { steps, workers, tolerance }, (ended) => {
    if (ended && ended.step < curves.steps) {
      const here = reports.get(ended.step) ?? [];
      here.push({ trial: ended.trial, step: ended.step, value: ended.value });
      reports.set(ended.step, here);
      if (rule.goesOn(here, ended.trial)) return { trial: ended.trial, rung: ended.rung + 1 };
    }
    const next = waiting.shift();
    return next === undefined ? null : { trial: next, rung: 0 };
  });
}

/** A trial on its way to one of its rungs. */
interface Leg {
  readonly trial: number;
  readonly rung: number;
}

interface EndedLeg extends Leg {
  readonly step: number;
  readonly value: number;
}

/** Workers that train one leg after another; `nextOf` says what a worker does first, and after the leg that it ended. */
export function firstBest(
  curves: LearningCurves,
  {
    steps,
    workers,
    tolerance,
  }: { readonly steps: readonly number[]; readonly workers: number; readonly tolerance: number },
  nextOf: (ended: EndedLeg | null) => Leg | null,
): number | null {
  const working: (Leg & { readonly at: number })[] = [];
  const begin = (at: number, leg: Leg | null): void => {
    if (!leg) return;
    const cost = curves.cost(leg.trial, steps[leg.rung - 1] ?? 0, steps[leg.rung] ?? 0);
    working.push({ at: at + cost, ...leg });
  };
  for (let worker = 0; worker < workers; worker += 1) begin(0, nextOf(null));
  for (;;) {
    working.sort((a, b) => a.at - b.at);
    const event = working.shift();
    if (!event) return null;
    const { at, trial, rung } = event;
    const step = steps[rung] ?? 0;
    const value = curves.valueAt(trial, step);
    if (value >= curves.best - tolerance) return at;
    begin(at, nextOf({ trial, rung, step, value }));
  }
}
