import { parseArgs } from 'node:util';
import { runSections } from '../report/sections.ts';
import { approvalRows } from './approval-rows.ts';
import { coverageRows, powerRows, twinRows } from './comparisons.ts';
import { exactnessRows } from './exactness.ts';
import { explainRows } from './explain-rows.ts';
import { leakRows } from './leak-rows.ts';
import { speedRows } from './speed.ts';

/** `npm run bench:evaluation`: whether metrics are right, intervals cover, twins stay twins, and what it costs; the peer is scikit-learn. */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    /** Of each simulation. */
    runs: { type: 'string', default: '2000' },
    rows: { type: 'string', default: '1000000' },
  },
});
const runs = Number(flags.runs);
const rows = Number(flags.rows);

await runSections(
  'evaluation',
  {
    exactness: () => exactnessRows(1_000),
    speed: () => speedRows(rows),
    twins: () => twinRows(runs),
    power: () => powerRows(Math.ceil(runs / 5)),
    coverage: () => coverageRows(runs),
    leaks: leakRows,
    explain: () => explainRows(Math.ceil(runs / 2)),
    approval: () => approvalRows(Math.ceil(runs / 2)),
  },
  { only: flags.only, keepPart: flags.keep, keep: runs >= 2_000 && rows >= 1_000_000 },
);
