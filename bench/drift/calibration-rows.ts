import { figure, goalRow, type Row } from '../report/row.ts';
import { delays, falseAlarmRate, standard, stated } from './calibration.ts';
import type { Scenario } from './simulation.ts';

const together: Scenario = { ...standard, dayEffect: 0.1, dayCorrelation: 0.6, referenceDays: 60 };

const unchanged: Readonly<Record<string, { readonly scenario: Scenario; readonly part: number }>> = {
  'independent columns, one reference of 10,000 rows': { scenario: standard, part: 1 },
  'columns that correlate by 0.64': { scenario: { ...standard, common: 0.8 }, part: 1 },
  'one reference of 1,000 rows': { scenario: { ...standard, referenceRows: 1_000 }, part: 1 },
  'days that differ (sd 0.1 each)': { scenario: { ...standard, dayEffect: 0.1 }, part: 1 },
  'days that differ and go together (0.6 from day to day), 60 reference days as large as the others': {
    scenario: { ...together, referenceRows: 60_000 },
    part: 0.5,
  },
  'the same, reference days of 167 rows': { scenario: { ...together, referenceRows: 10_000 }, part: 0.5 },
};

/** How often a model whose data never changes is said to drift in 100 daily checks of 20 columns, and how soon real shifts are found. */
export async function calibrationRows({ histories }: { readonly histories: number }): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, { scenario, part }] of Object.entries(unchanged)) {
    const runs = Math.max(10, Math.round(histories * part));
    const rate = falseAlarmRate(scenario, runs, 1_000);
    rows.push(falseAlarmRow(name, rate, runs));
    console.error(`${name}: ${rate}`);
  }
  for (const [by, goal] of [
    [0.1, 9],
    [0.2, 2],
  ] as const) {
    const found = delays({ ...standard, shift: { by, from: 28 } }, Math.max(10, histories / 5), 5_000);
    rows.push(delayRow(`a shift of ${by} sd in one of 20 columns is found, 1,000 rows a day`, goal, found));
  }
  rows.push(largeRow(20));
  return rows;
}

function falseAlarmRow(name: string, rate: number, runs: number): Row {
  const error = Math.sqrt((rate * (1 - rate)) / runs);
  return goalRow(
    `false alarms in 100 daily checks of 20 columns, share of ${runs} histories: ${name}`,
    stated.rate,
    figure([rate]),
    `standard error ${error.toFixed(3)}; no smallest effect asked for; BH or p < 0.05 each day: 1.00`,
  );
}

function delayRow(what: string, goal: number, found: readonly number[]): Row {
  const missed = found.filter((days) => !Number.isFinite(days)).length;
  const shown = figure(found.filter(Number.isFinite));
  const row = goalRow(`days until ${what}`, goal, shown);
  const sorted = found.toSorted((a, b) => a - b);
  const late = sorted[Math.floor(0.9 * sorted.length)] ?? Number.POSITIVE_INFINITY;
  const note = `${missed === 0 ? 'all found' : `${missed} of ${found.length} not found`}, nine in ten by day ${late}`;
  return {
    ...row,
    holds: row.holds === true && missed === 0,
    note: `${note}; at 1,000 rows and 0.1 / 0.2 sd an e-process takes 16 / 4 days, an e-detector 9 / 2`,
  };
}

/** Days of 100,000 rows. The first one alone proves little: 40 reference days of 2,500 rows cannot rule out that days differ by so much. */
function largeRow(histories: number): Row {
  const scenario = { ...standard, days: 10, rowsPerDay: 100_000, referenceRows: 100_000, shift: { by: 0.1, from: 0 } };
  return delayRow(
    'a shift of 0.1 sd in one of 20 columns is found, 100,000 rows a day',
    2,
    delays(scenario, histories, 9_000),
  );
}
