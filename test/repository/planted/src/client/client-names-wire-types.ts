import type { server } from '../api/server.ts';

export type Internal = typeof server;
