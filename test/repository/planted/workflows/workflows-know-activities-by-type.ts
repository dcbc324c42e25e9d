import { activity } from '../activities/registry.ts';

export const called = activity;
