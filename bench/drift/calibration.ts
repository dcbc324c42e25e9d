import { seededRandom } from '../../src/evaluation/random.ts';
import { type Evidence, evidenceOverTime } from '../../src/monitor/evidence.ts';
import { type Scenario, simulate } from './simulation.ts';

/** 20 columns, 1,000 rows a day for 100 days, against 10,000 rows of 40 days. */
export const standard: Scenario = {
  numeric: 15,
  categorical: [2, 3, 10, 30, 100],
  referenceDays: 40,
  referenceRows: 10_000,
  days: 100,
  rowsPerDay: 1_000,
};

export const stated = { rate: 0.05, periodDays: 100 } as const;

/** Share of histories in which any column was ever said to have drifted. Without the gate of the smallest effect, which would help. */
export function falseAlarmRate(scenario: Scenario, histories: number, seed: number): number {
  let alarms = 0;
  for (let history = 0; history < histories; history += 1) {
    if (evidenceOf(scenario, seed + history, 0).history.some(({ drifted }) => drifted.length > 0)) alarms += 1;
  }
  return alarms / histories;
}

/** Days from the shift of the first column until it is found, the first day counting as 1; infinite where it never is. */
export function delays(
  scenario: Scenario & { readonly shift: NonNullable<Scenario['shift']> },
  histories: number,
  seed: number,
): number[] {
  return Array.from({ length: histories }, (_, history) => {
    const { history: days } = evidenceOf(scenario, seed + history);
    const found = days.findIndex(({ drifted }, day) => day >= scenario.shift.from && drifted.includes('n0'));
    return found < 0 ? Number.POSITIVE_INFINITY : found - scenario.shift.from + 1;
  });
}

export function evidenceOf(scenario: Scenario, seed: number, minimumEffect?: number): Evidence {
  const { reference, days } = simulate(scenario, seededRandom(seed));
  const features = Object.fromEntries(
    Object.entries(reference.whole.columns).map(([name, { kind }]) => [name, { type: kind }]),
  );
  const gate = minimumEffect === undefined ? {} : { minimumEffect };
  return evidenceOverTime({ reference, days, features, falseAlarm: stated, ...gate });
}
