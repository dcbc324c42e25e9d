import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';

let folder: string;
let database: EmbeddedDatabase;
let pool: Pool;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-clients-'));
  database = await startEmbeddedDatabase({ folder, port: 0 });
  pool = new Pool({ connectionString: database.connectionString, max: 12 });
  pool.on('error', () => {});
  await pool.query('create table counter (id integer primary key, value integer)');
  await pool.query('insert into counter values (1, 0), (2, 0), (3, 0)');
});
afterAll(async () => {
  await pool?.end();
  await database?.close();
  await rm(folder, { recursive: true, force: true });
});

async function counted(id: number): Promise<number> {
  return (await pool.query('select value from counter where id = $1', [id])).rows[0].value;
}

async function socketTo({ connectionString }: EmbeddedDatabase): Promise<Socket> {
  const { hostname, port } = new URL(connectionString);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

describe('several clients of the embedded database', () => {
  it('get their own answers, also while others’ queries fail', async () => {
    const ask = async (number: number): Promise<boolean> => {
      if (number % 3 === 0)
        return await pool.query('select 1 / $1::int', [0]).then(
          () => false,
          (error) => error.code === '22012',
        );
      const text = number % 3 === 1 ? 'select $1::int as answer' : 'select $1::int as answer, $2::text as other';
      const { rows } = await pool.query(text, number % 3 === 1 ? [number] : [number, 'x']);
      return rows[0].answer === number;
    };
    const answers = await Promise.all(Array.from({ length: 600 }, (_, number) => ask(number)));
    expect(answers.filter((right) => !right)).toEqual([]);
  });

  it('read and write in transactions that do not mix', async () => {
    const increment = async (): Promise<void> => {
      const client = await pool.connect();
      await client.query('begin');
      const { rows } = await client.query('select value from counter where id = $1', [1]);
      await new Promise((tick) => setImmediate(tick));
      await client.query('update counter set value = $1 where id = 1', [rows[0].value + 1]);
      await client.query('commit');
      client.release();
    };
    await Promise.all(Array.from({ length: 60 }, increment));
    expect(await counted(1)).toBe(60);
  });

  it('wait for a transaction, and go on when its client dies without an end', async () => {
    const dying = new Client({ connectionString: database.connectionString });
    dying.on('error', () => {});
    await dying.connect();
    await dying.query('begin');
    await dying.query('update counter set value = 9 where id = 2');
    let answered = false;
    const waiting = counted(2).then((value) => {
      answered = true;
      return value;
    });
    await new Promise((tick) => setTimeout(tick, 50));
    expect(answered).toBe(false);
    (dying as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream.destroy();
    expect(await waiting).toBe(0);
  });

  it('are served after a client died between the parts of a query', async () => {
    const socket = await socketTo(database);
    const startup = Buffer.from('\0\0\0\x17\0\x03\0\0user\0postgres\0\0', 'latin1');
    startup.writeInt32BE(startup.length, 0);
    socket.write(startup);
    await once(socket, 'data');
    // A parse message of a statement that fails, without the sync that would end it.
    const parse = Buffer.from('P\0\0\0\0\0select nonsense\0\0\0', 'latin1');
    parse.writeInt32BE(parse.length - 1, 1);
    socket.write(parse);
    await once(socket, 'data');
    socket.destroy();
    expect(await counted(3)).toBe(0);
  });

  it.each([
    ['another protocol', 'GET / HTTP/1.1\r\n\r\n'],
    ['a packet that promises too much', '\x7f\xff\xff\xff\0\x03\0\0'],
  ])('are not disturbed by %s', async (_, text) => {
    const socket = await socketTo(database);
    const closed = once(socket, 'close');
    socket.write(Buffer.from(text, 'latin1'));
    await closed;
    expect(await counted(3)).toBe(0);
  });
});
