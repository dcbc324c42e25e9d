import { figure, type Row } from '../report/row.ts';
import { developedOn } from './functions.ts';
import { heldOut } from './held-out.ts';
import { judgedBefore } from './judged-before.ts';
import { optunaName, optunaSearches } from './optuna.ts';
import { evaluations, search } from './search.ts';
import type { TestFunction } from './test-function.ts';

/** Regrets below are level: rounding of the functions' least values. */
const level = 1e-6;

/** Per function and mode a row a number of evaluations, and before them the ratio over all of them. */
export async function qualityRows(seeds: number): Promise<Row[]> {
  const own = await comparedRows([...developedOn, ...judgedBefore], seeds);
  const held = await comparedRows(heldOut, seeds);
  return [
    ratioRow('regret against Optuna, functions that the sampler was developed on', 0.9, own),
    ratioRow('regret against Optuna, functions that it was not', 1, held),
    ...own,
    ...held,
  ];
}

/** Share of seeds whose sweep of 200 trials ends with the model of the conditional space that is best but hard to get right. */
export function escapeRows(seeds: number): Row[] {
  const space = developedOn.find(({ name }) => name === 'conditional') as TestFunction;
  const escaped = Array.from({ length: seeds }, (_, seed) => {
    const { observations } = search(space, 1, seed);
    const best = observations.toSorted((a, b) => (a.value ?? 0) - (b.value ?? 0))[0];
    return best?.parameters.model === 'b';
  });
  const share = (100 * escaped.filter(Boolean).length) / seeds;
  const what = 'leaves the local optimum of the conditional space within 200 trials, % of seeds';
  const note = `${seeds} seeds`;
  return [{ what, goal: '>= 80', ours: figure([share]), peer: null, ratio: null, holds: share >= 80, note }];
}

async function comparedRows(functions: readonly TestFunction[], seeds: number): Promise<Row[]> {
  const rows: Row[] = [];
  for (const inFlight of [1, 8]) {
    for (const each of functions) {
      const theirs = await optunaSearches(each.name, inFlight, seeds);
      const ours = Array.from({ length: seeds }, (_, seed) => search(each, inFlight, seed).best);
      console.error(`${each.name}, ${inFlight} in flight: done`);
      rows.push(
        ...evaluations.map((count, at) => comparedRow({ each, inFlight, count }, column(ours, at), column(theirs, at))),
      );
    }
  }
  return rows;
}

function column(table: readonly (readonly number[])[], at: number): number[] {
  return table.map((row) => Math.max(level, row[at] ?? Number.NaN));
}

function comparedRow(
  { each, inFlight, count }: { readonly each: TestFunction; readonly inFlight: number; readonly count: number },
  ours: readonly number[],
  theirs: readonly number[],
): Row {
  const [mine, peer] = [figure(ours), figure(theirs)];
  const ratio = peer.median / mine.median;
  return {
    what: `regret: ${each.name}, ${inFlight === 1 ? 'one after the other' : `${inFlight} in flight`}, ${count} trials`,
    goal: null,
    ours: mine,
    peer: { name: optunaName, figure: peer },
    ratio,
    holds: ratio > 1,
  };
}

function ratioRow(what: string, atMost: number, rows: readonly Row[]): Row {
  const logs = rows.map(({ ratio }) => -Math.log(ratio ?? Number.NaN));
  const mean = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  const better = rows.filter(({ holds }) => holds).length;
  const note = `geometric mean of ${rows.length} ratios of medians over ${rows[0]?.ours.n} seeds; lower in ${better}`;
  return { what, goal: `<= ${atMost}`, ours: figure([mean]), peer: null, ratio: null, holds: mean <= atMost, note };
}
