import { randomFor } from '../../src/sweep/random.ts';
import { defaultAsha, goesOn, rungsOf } from '../../src/sweep/rungs.ts';
import { figure, type Row } from '../report/row.ts';
import { flightsCurves, type Rule, timeToBest } from './learning-curves.ts';
import { timeToBestByPromotion } from './promotion.ts';

/** Worker time of 8 workers until an AUC within 0.001 of the table's best was seen, in median trainings, over random orders. */
export function stoppingRows(orders: number): Row[] {
  const curves = flightsCurves();
  const asha: Rule = {
    steps: rungsOf(defaultAsha, curves.steps),
    goesOn: (reports, trial) => goesOn(defaultAsha, 'maximize', reports, trial),
  };
  const never: Rule = { steps: [], goesOn: () => true };
  const times = (rule: Rule) =>
    Array.from({ length: orders }, (_, seed) =>
      timeToBest(curves, shuffled(curves.configurations, seed), { rule, workers: 8, tolerance: 0.001 }),
    );
  const promoting = Array.from({ length: orders }, (_, seed) =>
    timeToBestByPromotion(curves, shuffled(curves.configurations, seed), {
      asha: defaultAsha,
      workers: 8,
      tolerance: 0.001,
    }),
  );
  const [ours, whole] = [times(asha), times(never)];
  const found = (all: readonly (number | null)[]) => figure(all.filter((time) => time !== null));
  const lost = [...ours, ...promoting].filter((time) => time === null).length;
  const ratio = found(whole).median / found(ours).median;
  const promotingRatio = found(whole).median / found(promoting).median;
  return [
    {
      what: 'flights table, 8 workers: median trainings until within 0.001 of the best AUC',
      goal: '<= 1/5 of no early stopping',
      ours: found(ours),
      peer: { name: 'no early stopping', figure: found(whole) },
      ratio,
      holds: ratio >= 5,
    },
    {
      what: 'the same where trials wait at their rungs ("promote")',
      goal: '<= 1/5 of no early stopping',
      ours: found(promoting),
      peer: { name: 'no early stopping', figure: found(whole) },
      ratio: promotingRatio,
      holds: promotingRatio >= 5,
    },
    {
      what: `orders of ${orders} in which either loses the best one`,
      goal: '<= 0',
      ours: figure([lost]),
      peer: null,
      ratio: null,
      holds: lost === 0,
    },
  ];
}

function shuffled(count: number, seed: number): number[] {
  const random = randomFor(seed, 0);
  return Array.from({ length: count }, (_, index) => ({ index, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ index }) => index);
}
