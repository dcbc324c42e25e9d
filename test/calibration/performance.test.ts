import { describe, expect, it } from 'vitest';
import { binaryDays, binaryReference, type World } from '../../bench/drift/simulated-champion.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { estimatorOf } from '../../src/performance/estimate.ts';
import { performanceFindings, predictionFindings } from '../../src/performance/findings.ts';
import { monitorPerformance } from '../../src/performance/monitor.ts';
import { predictionDrift } from '../../src/performance/prediction-drift.ts';
import { reconcile } from '../../src/performance/reconcile.ts';
import { memoryDays } from '../../src/performance/watch.ts';

const runs = 100;
const rate = 0.05;
/** Three standard errors above the stated rate: where days resemble each other for long it is reached, not undercut. */
const bound = rate + 3 * Math.sqrt((rate * (1 - rate)) / runs);
const worlds: Record<string, World> = {
  'rows alone differ': { days: 14, rowsPerDay: 200 },
  'days differ': { days: 14, rowsPerDay: 200, dayEffect: 0.3 },
  'days differ and resemble their neighbours': { days: 14, rowsPerDay: 200, dayEffect: 0.3, memory: 0.5 },
  'days resemble their neighbours for long, after 30 days of hold-out': {
    days: 30,
    rowsPerDay: 200,
    dayEffect: 0.3,
    memory: 0.7,
  },
};

describe.each(Object.entries(worlds))('100 days in which nothing changes: %s', (_, world) => {
  it('end without a performance or prediction alarm in 95 % of histories, though every change would matter', () => {
    const alarms = { performance: 0, prediction: 0 };
    for (let run = 0; run < runs; run += 1) {
      const kinds = alarmsOf(world, run);
      if (kinds.has('performance')) alarms.performance += 1;
      if (kinds.has('prediction')) alarms.prediction += 1;
    }
    expect(alarms.performance / runs).toBeLessThanOrEqual((world.memory ?? 0) > 0.5 ? bound : rate);
    expect(alarms.prediction / runs).toBeLessThanOrEqual(rate);
  }, 1_800_000);
});

describe.each([-1, -0.5, 0.5, 1])('inputs that moved by %d standard deviations', (shift) => {
  it.each(['auc', 'logLoss', 'accuracy', 'f1', 'brier'])(
    'leave the %s of 95 %% of days where the estimate said',
    (metric) => {
      let [inside, all] = [0, 0];
      for (let run = 0; run < runs; run += 1) {
        const random = seededRandom(run + 1);
        const world = { days: 14, rowsPerDay: 400, dayEffect: 0.2 };
        const estimator = estimatorOf(binaryReference(random, world));
        if (!estimator) throw new Error('fourteen days suffice');
        const { windows } = reconcile(
          estimator,
          metric,
          binaryDays(random, estimator.reference, { ...world, days: 7, firstDay: 21, shift }),
        );
        inside += windows.filter((window) => window.inside).length;
        all += windows.length;
      }
      expect(inside / all).toBeGreaterThanOrEqual(0.95);
    },
    600_000,
  );
});

function alarmsOf(world: World, run: number): Set<string> {
  const random = seededRandom(run + 1);
  const reference = binaryReference(random, world);
  const days = binaryDays(random, reference, { ...world, days: 100, firstDay: world.days + 6 });
  const kinds = new Set<string>();
  days.forEach(({ day }, at) => {
    const known = days.slice(Math.max(0, at + 1 - memoryDays), at + 1);
    const alpha = rate / 100;
    const monitored = monitorPerformance({
      reference,
      days: known,
      maturedThrough: day - 1,
      metric: 'logLoss',
      drop: 1e-9,
      alpha,
    });
    const drift = predictionDrift(reference, known, {
      alpha,
      window: 7,
      classes: [0, 1],
      placeAtLeast: 0,
      shareAtLeast: 0,
    });
    for (const { kind } of [...performanceFindings(monitored), ...predictionFindings(drift)]) kinds.add(kind);
  });
  return kinds;
}
