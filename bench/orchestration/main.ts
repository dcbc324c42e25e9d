import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { demoRows } from './demo-rows.ts';
import { killRows } from './kill-rows.ts';
import { repository } from './place.ts';
import { currentLoad, openReport, printReport, writeReport } from './report.ts';
import type { Row } from './row.ts';
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

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  steps: () => stepRows({ runs: times(10), peers }),
  start: () => startRows({ runs: times(3) }),
  kill: () => killRows({ runs: times(3), peers }),
  demo: demoRows,
};

const unknown = flags.only.filter((name) => !(name in sections));
if (unknown.length > 0)
  throw new Error(`no section ${unknown.join(', ')}; sections: ${Object.keys(sections).join(', ')}`);

const close = openReport(repository);
const rows: Row[] = [];
for (const [name, measure] of Object.entries(sections)) {
  if (flags.only.length > 0 && !flags.only.includes(name)) continue;
  const startedAt = performance.now();
  rows.push(...(await measure()));
  console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s, load now ${currentLoad()}`);
}
const report = close(rows);
printReport(report);
if (flags.only.length === 0 && peers && !flags.quick)
  await writeReport(join(repository, 'bench', 'results', 'orchestration.json'), report);
// Connections that close slowly do not hold up the shell.
process.exit();
