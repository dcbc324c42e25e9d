/** The bundle's entry: every workflow that a control worker runs. */
export { check, retrainOnSchedule } from './check.ts';
export { packLogs } from './pack-logs.ts';
export { reap } from './reap.ts';
export { reproduce } from './reproduce.ts';
export { retrain } from './retrain.ts';
export { rollout } from './rollout.ts';
export { sweep } from './sweep.ts';
export { train } from './train.ts';
