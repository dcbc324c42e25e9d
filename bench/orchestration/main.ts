import { parseArgs } from 'node:util';
import { runSections, type Sections } from '../report/sections.ts';
import { demoRows } from './demo-rows.ts';
import { killRows } from './kill-rows.ts';
import { startRows } from './start-rows.ts';
import { stepRows } from './step-rows.ts';

/**
 * `npm run bench:orchestration`: what durable pipelines cost here, beside others in the same run, against our goals.
 * A whole run is kept in bench/results/; `--only`, `--no-peers` and `--quick` only print.
 */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    'no-peers': { type: 'boolean', default: false },
  },
});
const peers = !flags['no-peers'];
const times = (whole: number) => (flags.quick ? 1 : whole);

const sections: Sections = {
  steps: () => stepRows({ runs: times(10), peers }),
  start: () => startRows({ runs: times(3) }),
  kill: () => killRows({ runs: times(3), peers }),
  demo: demoRows,
};

await runSections('orchestration', sections, { only: flags.only, keep: peers && !flags.quick });
// Connections that close slowly do not hold up the shell.
process.exit();
