import { parseArgs } from 'node:util';
import { runSections, type Sections } from '../report/sections.ts';
import { calibrationRows } from './calibration-rows.ts';
import { exactRows, storedRows, tenMillionRows } from './exact-rows.ts';
import { exactnessRows } from './exactness-rows.ts';
import { flightsCompareRows } from './flights-compare-rows.ts';
import { flightsRows } from './flights-rows.ts';
import { listRows } from './list-rows.ts';
import { oneLookRows } from './one-look-rows.ts';
import { performanceRows } from './performance-rows.ts';
import { profileRows } from './profile-rows.ts';
import { qualityRows } from './quality-rows.ts';

/**
 * `npm run bench:drift`: what watching data costs, how exact it is and what it finds, beside others in the same run, against our goals.
 * A whole run is kept in bench/results/; `--only <section>` and `--quick` only print; `--only <section> --keep`
 * puts that section's rows in the place of those that were kept. `--histories 1000` simulates as many histories of each
 * scenario as `npm run test:calibration` does: a quarter of an hour more.
 */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    histories: { type: 'string', default: '80' },
  },
});
const times = (whole: number) => (flags.quick ? 1 : whole);

const sections: Sections = {
  exact: () => exactRows({ runs: times(2) }),
  'ten-million': () => tenMillionRows({ runs: 1 }),
  'stored-reference': () => storedRows({ runs: times(7) }),
  'flights-compare': () => flightsCompareRows({ runs: times(3), peer: true }),
  'one-look': () => oneLookRows({ pairs: flags.quick ? 3 : 20 }),
  exactness: () => exactnessRows({ pairs: flags.quick ? 200 : 2_000 }),
  quality: qualityRows,
  profiles: () => profileRows({ runs: times(3) }),
  flights: flightsRows,
  calibration: () => calibrationRows({ histories: flags.quick ? 20 : Number(flags.histories) }),
  performance: performanceRows,
  lists: () => listRows(),
};

await runSections('drift', sections, { only: flags.only, keepPart: flags.keep, keep: !flags.quick });
