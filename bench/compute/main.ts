import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from '../orchestration/place.ts';
import { currentLoad, openReport, printReport, writeReport } from '../orchestration/report.ts';
import type { Row } from '../orchestration/row.ts';
import { ladderRows, leakRows, livesRows, offersRows } from './sections.ts';

/**
 * `npm run bench:compute`: what rented machines cost and how they end, on the cloud that boots here, against our goals and the AWS SDK.
 * A whole run is kept in bench/results/; `--only <section>` only prints.
 */
const { values: flags } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });

const sections: Readonly<Record<string, () => Promise<Row[]>>> = {
  ladder: ladderRows,
  lives: livesRows,
  leaks: () => leakRows(200),
  offers: () => offersRows(5),
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
if (flags.only.length === 0) await writeReport(join(repository, 'bench', 'results', 'compute.json'), report);
