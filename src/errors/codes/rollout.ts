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
  'PRN-ROLLOUT-003': {
    title: 'The route moved while a rollout was about to change it.',
    hint: 'Nothing has to be done: the rollout reads the route again and decides anew.',
    retryable: true,
  },
  'PRN-ROLLOUT-004': {
    title: 'A rollout cannot be simulated from what is known.',
    hint: 'Give the traffic: --requests 10000/h, and --wrong, --errors and --labels-after where the gates need them.',
    retryable: false,
  },
  'PRN-ROLLOUT-005': {
    title: 'A version that is scored by its own predict command cannot be rolled out.',
    hint: 'A gateway answers from ONNX files and from URLs: put the model behind a server that speaks the Open Inference Protocol and register its URL as a version, or have the trainer write model.onnx and leave "predict" out.',
    retryable: false,
  },
});
