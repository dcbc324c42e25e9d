import { parseArgs } from 'node:util';
import { runSections, type Sections } from '../report/sections.ts';
import { ladderRows, leakRows, livesRows, offersRows } from './sections.ts';

/**
 * `npm run bench:compute`: what rented machines cost and how they end, on the cloud that boots here, against our goals and the AWS SDK.
 * A whole run is kept in bench/results/; `--only <section>` only prints.
 */
const { values: flags } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [] } } });

const sections: Sections = {
  ladder: ladderRows,
  lives: livesRows,
  leaks: () => leakRows(200),
  offers: () => offersRows(5),
};

await runSections('compute', sections, { only: flags.only });
