export type { Wire } from '../api/wire.ts';
export type { Registry } from '../registry/registry.ts';
