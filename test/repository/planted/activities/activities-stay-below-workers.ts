import { server } from '../src/api/server.ts';

export const above = server;
