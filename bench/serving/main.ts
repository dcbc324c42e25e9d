import { parseArgs } from 'node:util';
import { runSections, type Sections } from '../report/sections.ts';
import { besidePeers } from './beside-peers.ts';
import { floorRows } from './floor-rows.ts';
import { endingRows, loggedRows } from './log-rows.ts';
import { outsideRows } from './outside-rows.ts';
import { swapRows } from './swap-rows.ts';

/**
 * `npm run bench:serving`: the gateway under load beside FastAPI, BentoML and MLflow with the same model, and what it does while
 * versions change and fail. A whole run is kept in bench/results/; `--only <section>` and `--quick` only print; `--only <section> --keep`
 * puts that section's rows in the place of those that were kept.
 */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    keep: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
  },
});
const length = flags.quick ? { seconds: 2, rounds: 1 } : { seconds: 4, rounds: 2 };
const steady = flags.quick
  ? { seconds: 10, swaps: 15, perSecond: 2_000, rounds: 1 }
  : { seconds: 60, swaps: 100, perSecond: 20_000, rounds: 3 };

const sections: Sections = {
  'one-row': () => besidePeers({ rowsPerRequest: 1, ...length, goals: { fastapi: 6, bentoml: 35, mlflow: 25 } }),
  'hundred-rows': () => besidePeers({ rowsPerRequest: 100, ...length, goals: { fastapi: 2, bentoml: 4, mlflow: 4 } }),
  swaps: () => swapRows(steady),
  floors: () => floorRows(flags.quick ? 5 : 200),
  ending: () => endingRows(flags.quick ? 1 : 10),
  logged: () =>
    loggedRows(flags.quick ? { joined: 100_000, replayed: 10_000 } : { joined: 1_000_000, replayed: 100_000 }),
  outside: () => outsideRows(flags.quick ? 5 : 50),
};

await runSections('serving', sections, { only: flags.only, keepPart: flags.keep, keep: !flags.quick });
