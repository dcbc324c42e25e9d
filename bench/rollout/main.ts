import { parseArgs } from 'node:util';
import { runSections } from '../report/sections.ts';
import { detectionRows } from './detection.ts';
import { exactnessRows } from './exactness.ts';
import { falseRollbackRows } from './false-rollbacks.ts';
import { raceRows } from './races.ts';

/** `npm run bench:rollout`: how seldom a good canary is rolled back, how soon a bad one, and what the registry makes of races. */
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: [] },
    canaries: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '200' },
  },
});
const [canaries, rounds] = [Number(flags.canaries), Number(flags.rounds)];

await runSections(
  'rollout',
  {
    exactness: exactnessRows,
    detection: async () => detectionRows(Math.min(500, canaries)),
    races: () => raceRows(rounds, 50),
    'false-rollbacks': async () => falseRollbackRows(canaries),
  },
  { only: flags.only, keep: canaries >= 2_000 && rounds >= 200 },
);
