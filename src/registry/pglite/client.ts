import type { Socket } from 'node:net';
import { type FrameReader, frame, frameReader } from './frames.ts';
import type { Turns } from './turns.ts';

/** The database behind the clients: one session, one message or batch of messages at a time. */
export interface Session {
  /** Answers of the server, in the protocol's own bytes. */
  execute(messages: Uint8Array, answer: (bytes: Uint8Array) => void): Promise<void>;
}

/** A transaction that says nothing for this long is given up, like PostgreSQL's idle_in_transaction_session_timeout. */
const silenceMs = 30_000;

const sync = frame('S');
const rollback = frame('Q', 'ROLLBACK');
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

/**
 * PGlite has one session and one unnamed statement for everyone. So a client keeps its turn from its first message until the
 * server says that no transaction is open: neither the parts of a query (parse, bind, execute, sync) nor the statements of a
 * transaction of two clients ever mix, and an error in one client's query never swallows another's messages.
 */
export async function serveClient(socket: Socket, session: Session, turns: Turns): Promise<void> {
  const reader = frameReader();
  const arrivals = arrivalsOf(socket, reader);
  socket.setNoDelay(true);
  if (!(await greet(socket, reader, arrivals))) return;
  for (let batch = await nextBatch(reader, arrivals); batch !== null; batch = await nextBatch(reader, arrivals)) {
    const endTurn = await turns.take();
    try {
      await serveTurn(batch, socket, reader, arrivals, session);
    } finally {
      endTurn();
    }
  }
  socket.end();
}

/** Resolves with true when bytes have come, with false when none will come any more. */
type Arrivals = (withinMs?: number) => Promise<boolean>;

function arrivalsOf(socket: Socket, reader: FrameReader): Arrivals {
  let open = true;
  let fresh = false;
  let wake: () => void = () => {};
  const end = (): void => {
    open = false;
    wake();
  };
  socket.on('data', (chunk) => {
    reader.add(chunk);
    fresh = true;
    wake();
  });
  socket.on('error', end).on('end', end).on('close', end);
  return async (withinMs) => {
    if (!fresh && open) {
      await new Promise<void>((resolve) => {
        const timer = withinMs === undefined ? undefined : setTimeout(resolve, withinMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    const came = fresh;
    fresh = false;
    return came;
  };
}

/** Answers the start of a connection itself: the one session of PGlite has long been started. */
async function greet(socket: Socket, reader: FrameReader, arrivals: Arrivals): Promise<boolean> {
  for (;;) {
    const packet = reader.first();
    if (packet === null) {
      if (!(await arrivals())) return false;
    } else if (packet === 'encryption') {
      socket.write('N');
    } else if (packet === 'startup') {
      socket.write(welcome());
      return true;
    } else {
      socket.destroy();
      return false;
    }
  }
}

function welcome(): Buffer {
  const settings = {
    server_version: '17.0 (PGlite)',
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
  };
  const texts = { ...settings, integer_datetimes: 'on', standard_conforming_strings: 'on', TimeZone: 'GMT' };
  const statuses = Object.entries(texts).map(([name, value]) => frame('S', name, value));
  return Buffer.concat([
    frame('R', int32(0)),
    ...statuses,
    frame('K', int32(0), int32(0)),
    frame('Z', Buffer.from('I')),
  ]);
}

/** All messages that are here already, as one; null when the client has gone or said goodbye. */
async function nextBatch(reader: FrameReader, arrivals: Arrivals, withinMs?: number): Promise<Buffer | null> {
  for (;;) {
    const batch = reader.batch();
    if (batch !== null) return batch;
    if (reader.ended() || !(await arrivals(withinMs))) return null;
  }
}

async function serveTurn(first: Buffer, socket: Socket, reader: FrameReader, arrivals: Arrivals, session: Session) {
  let batch: Buffer | null = first;
  while (batch !== null) {
    const state = await execute(session, batch, (bytes) => {
      if (socket.writable) socket.write(Buffer.from(bytes));
    });
    if (state === 'idle') return;
    batch = await nextBatch(reader, arrivals, silenceMs);
  }
  // The client died or fell silent in the middle: what it began is undone before anybody else has a turn.
  socket.destroy();
  await execute(session, Buffer.concat([sync, rollback]), () => {});
}

/** ReadyForQuery is the last answer to every complete query; it tells whether a transaction is open. */
async function execute(session: Session, messages: Uint8Array, answer: (bytes: Uint8Array) => void) {
  let tail = Buffer.alloc(0);
  await session.execute(messages, (bytes) => {
    tail = Buffer.concat([tail, bytes.subarray(-6)]).subarray(-6);
    answer(bytes);
  });
  const ready = tail.length === 6 && tail.readUInt8(0) === 0x5a && tail.readInt32BE(1) === 5;
  return ready && tail[5] === 0x49 ? 'idle' : 'busy';
}
