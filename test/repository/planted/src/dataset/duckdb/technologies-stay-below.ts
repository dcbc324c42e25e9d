import { activity } from '../../../activities/registry.ts';

export const above = activity;
