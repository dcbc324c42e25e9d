import { parseArgs } from 'node:util';
import { runSections } from '../report/sections.ts';
import { swapRows } from '../serving/swap-rows.ts';

/**
 * `npm run bench:soak`: ten minutes at half of what the gateway bears on two cores, while versions change, and whether memory stays flat.
 * Kept as bench/results/serving-soak.json; `--quick` (twenty seconds) only prints.
 */
const { values: flags } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const seconds = flags.quick ? 20 : 600;
const perSecond = flags.quick ? 1_000 : 20_000;
const soak = () => swapRows({ seconds, swaps: flags.quick ? 10 : 100, perSecond, rounds: 1, growth: true });

await runSections('serving-soak', { soak }, { only: [], keep: !flags.quick });
