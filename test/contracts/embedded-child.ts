import { startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';

/** The embedded database as a program of its own: prints its connection string, then serves until it is killed. */
const [, , folder, port] = process.argv;
const { connectionString } = await startEmbeddedDatabase({ folder: folder ?? '', port: Number(port) });
console.log(connectionString);
