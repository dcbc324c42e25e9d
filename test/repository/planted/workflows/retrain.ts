import { proxyActivities } from '@temporalio/workflow';
import type * as activities from '../activities/registry.ts';
import type { Registry } from '../src/registry/registry.ts';

export const proxies = proxyActivities<typeof activities>({ startToCloseTimeout: '1m' });
export type Known = Registry;
