import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { compiled } from './compiled.ts';

const rounds = 4;
let build: string;
let program: string;
let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  build = await mkdtemp(join(tmpdir(), 'perennial-embedded-'));
  folder = await mkdtemp(join(tmpdir(), 'perennial data '));
  program = await compiled('test/contracts/embedded-child.ts', build);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(build, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<{ readonly child: ChildProcess; readonly connectionString: string }> {
  const child = spawn(process.execPath, [program, folder, '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let errors = '';
  child.stderr?.on('data', (text) => (errors += text));
  const said = once(child.stdout ?? child, 'data').then(([text]) => String(text).trim());
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the database ended: ${errors}`)));
  return { child, connectionString: await Promise.race([said, ended]) };
}

async function connected(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('the embedded database', () => {
  it('loses no acknowledged row when its process is killed in the middle of writes', async () => {
    const acknowledged: number[] = [];
    let next = 0;
    for (let round = 0; round < rounds; round += 1) {
      const { child, connectionString } = await start();
      const clients = await Promise.all([1, 2, 3].map(() => connected(connectionString)));
      await clients[0]?.query('create table if not exists kept (number integer primary key)');
      const writing = clients.map(async (client) => {
        for (;;) {
          const number = next++;
          await client.query('begin');
          await client.query('insert into kept values ($1)', [number]);
          await client.query('commit');
          acknowledged.push(number);
        }
      });
      const broken = Promise.allSettled(writing);
      await new Promise((tick) => setTimeout(tick, 150 + 40 * round));
      await kill(child);
      await broken;
    }
    const { child, connectionString } = await start();
    const client = await connected(connectionString);
    const { rows } = await client.query<{ number: number }>('select number from kept');
    const kept = new Set(rows.map(({ number }) => number));
    await client.end();
    await kill(child);
    expect(acknowledged.length).toBeGreaterThan(rounds * 10);
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
  }, 120_000);

  it('refuses to serve a folder that another process serves, and takes it over when that one was killed', async () => {
    const { child } = await start();
    const second = startEmbeddedDatabase({ folder, port: 0 });
    await expect(second).rejects.toMatchObject({ code: 'PRN-REGISTRY-012', message: expect.stringContaining(folder) });
    await kill(child);
    await (await startEmbeddedDatabase({ folder, port: 0 })).close();
  });

  it('says which port it could not have, and gives the folder free again', async () => {
    const database = await startEmbeddedDatabase({ folder, port: 0 });
    const taken = Number(new URL(database.connectionString).port);
    const other = await mkdtemp(join(tmpdir(), 'perennial other '));
    const second = startEmbeddedDatabase({ folder: other, port: taken });
    await expect(second).rejects.toMatchObject({
      code: 'PRN-REGISTRY-013',
      message: expect.stringContaining(`${taken}`),
    });
    await database.close();
    await (await startEmbeddedDatabase({ folder: other, port: taken })).close();
    await rm(other, { recursive: true, force: true });
  });
});
