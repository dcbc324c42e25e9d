import { server } from '../api/server.ts';

export const large = server;
