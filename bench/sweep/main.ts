import { parseArgs } from 'node:util';
import { figure, type Row } from '../report/row.ts';
import { runSections } from '../report/sections.ts';
import { stoppingRows } from './early-stopping.ts';
import { optunaCosts, optunaName } from './optuna.ts';
import { escapeRows, qualityRows } from './quality.ts';
import { scaleRows } from './scale-rows.ts';
import { suggestionCosts } from './suggestion-cost.ts';
import { warmStartRows } from './warm-start.ts';

/** `npm run bench:sweep`: what a sweep finds, what a suggestion costs, and what early stopping saves; the peer is Optuna. */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    seeds: { type: 'string', default: '40' },
    /** Of the large sweep. */
    trials: { type: 'string', default: '5000' },
  },
});
const seeds = Number(flags.seeds);
const trialsAtMost = Number(flags.trials);
const goals = [
  [100, 1],
  [1_000, 6],
  [5_000, 15],
] as const;

async function cpuRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [trials, atMost] of goals) {
    const [ours, theirs] = [figure(suggestionCosts(trials, 200)), figure(await optunaCosts(trials, 20))];
    rows.push({
      what: `CPU of a suggestion after ${trials} trials, ms`,
      goal: `<= ${atMost}`,
      ours,
      peer: { name: optunaName, figure: theirs },
      ratio: theirs.median / ours.median,
      holds: ours.median <= atMost,
    });
  }
  return rows;
}

await runSections(
  'sweep',
  {
    cpu: cpuRows,
    stopping: async () => stoppingRows(100),
    scale: () => scaleRows({ alone: Math.min(1_000, trialsAtMost), large: trialsAtMost }),
    warm: async () => warmStartRows(seeds),
    escape: async () => escapeRows(seeds),
    quality: () => qualityRows(seeds),
  },
  { only: flags.only, keepPart: flags.keep, keep: seeds >= 40 && trialsAtMost >= 5_000 },
);
