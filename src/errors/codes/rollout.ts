import { defineCodes } from '../define.ts';

export const rolloutCodes = defineCodes({
  'PRN-ROLLOUT-001': {
    title: 'The tallies of a rollout are impossible.',
    hint: 'Check how the request log was aggregated: a canary share lies between 0 and 1, and events never exceed requests.',
    retryable: false,
  },
  'PRN-ROLLOUT-002': {
    title: 'A rollout could not change its route.',
    hint: 'Someone else changed the route meanwhile; perennial history tells who. Start the rollout again if it is still wanted.',
    retryable: false,
  },
});
