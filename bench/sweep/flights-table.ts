import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** 500 XGBoost configurations trained on flights: their parameters, what the training cost, and the AUC (x 1e5) after some of 243 rounds. */
export interface FlightsTable {
  /** Rounds of which there is an AUC, ascending. */
  readonly rounds: readonly number[];
  readonly rows: readonly Readonly<Record<string, string>>[];
}

export function flightsTable(): FlightsTable {
  const [head = '', ...lines] = readFileSync(flightsTableFile, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const rows = lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  });
  return { rounds: names.filter((name) => /^r\d+$/.test(name)).map((name) => Number(name.slice(1))), rows };
}

/** AUC of a row after each of the rounds. */
export function curveOf({ rounds }: FlightsTable, row: Readonly<Record<string, string>>): number[] {
  return rounds.map((round) => Number(row[`r${round}`]) / 1e5);
}

/** Compiled files run from dist/, where no table is copied to. */
const sourceFolder = import.meta.url.includes('/dist/') ? '../../../bench/sweep/' : './';

export const flightsTableFile = fileURLToPath(new URL(`${sourceFolder}flights-table.csv`, import.meta.url));
