import { describe, expect, it } from 'vitest';
import { delays, falseAlarmRate, standard, stated } from '../../bench/drift/calibration.ts';

const histories = Number(process.env.PERENNIAL_CALIBRATION_HISTORIES ?? 1_000);
const hour = 3_600_000;
/** Three standard errors above the stated rate. */
const bound = stated.rate + 3 * Math.sqrt((stated.rate * (1 - stated.rate)) / histories);

describe(`${histories} histories of 100 days in which nothing changes, 20 columns at 1,000 rows a day`, () => {
  const cases = {
    'independent columns': standard,
    'columns that go together': { ...standard, common: 0.8 },
    'a reference of 1,000 rows, shared by all days': { ...standard, referenceRows: 1_000 },
    'days that differ from each other': { ...standard, dayEffect: 0.1 },
    'days that go together, after small reference days': {
      ...standard,
      dayEffect: 0.1,
      dayCorrelation: 0.6,
      referenceDays: 60,
    },
  };
  for (const [name, scenario] of Object.entries(cases))
    it(
      `hold at most ${stated.rate * 100} % with a false alarm: ${name}`,
      () => {
        const rate = falseAlarmRate(scenario, histories, 1_000);
        console.log(`${name}: ${rate}`);
        expect(rate).toBeLessThanOrEqual(bound);
      },
      hour,
    );
});

describe('a shift of one of 20 columns', () => {
  for (const [by, goal] of [
    [0.1, 9],
    [0.2, 2],
  ] as const)
    it(
      `is always found, ${by} sd in ${goal} days or fewer at the median`,
      () => {
        const found = delays({ ...standard, shift: { by, from: 28 } }, Math.max(10, histories / 5), 5_000);
        found.sort((a, b) => a - b);
        console.log(`${by} sd: median ${found[found.length >> 1]}, longest ${found.at(-1)}`);
        expect(found[found.length >> 1]).toBeLessThanOrEqual(goal);
        expect(found.at(-1)).toBeLessThan(Number.POSITIVE_INFINITY);
      },
      hour,
    );
});
