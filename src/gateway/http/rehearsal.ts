import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Registry } from 'prom-client';
import { defaultFloors } from '../floors.ts';
import { defaultLimits } from '../limits.ts';
import { practiceFeatures, practiceModel, practiceName } from '../practice-model.ts';
import { createDesk } from './desk.ts';
import { openFastLane } from './fast-lane.ts';
import type { GatewayParts } from './gateway-parts.ts';
import { readBody } from './json-body.ts';
import { silentLogger } from './logger.ts';
import { predictCall } from './predict-call.ts';
import type { HeldModel } from './route-keeper.ts';
import { within } from './within.ts';

/** As many callers as come at once after a restart behind a balancer, and calls enough for V8 to compile what they run through. */
const callers = 16;
const callsEach = 60;
const longestMs = 2_000;

/**
 * Answers a thousand practice requests on a port of its own: a process whose code has never run takes ten times as long for an answer, and
 * its first callers wait for each other. Nothing of it reaches a log, a counter or a model. Never fails.
 * @returns whether all were answered: not where there is no loopback, or no time
 */
export async function rehearse(): Promise<boolean> {
  const server = createServer();
  const lane = openFastLane(server, {
    idleMs: longestMs,
    bodyBytes: defaultLimits.bodyBytes,
    handle: (head, body, respond) =>
      predictCall(parts, head, (signature) => readBody(body, signature, defaultLimits.rows), respond),
  });
  const parts = practiceParts();
  try {
    await within(practise(server), longestMs);
    return true;
  } catch {
    return false;
  } finally {
    lane.close();
    server.close();
  }
}

async function practise(server: Server): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await Promise.all(Array.from({ length: callers }, (_, caller) => callAgain(port, caller)));
}

/** One caller's requests, each after the answer to the one before. */
function callAgain(port: number, caller: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let calls = 0;
    const call = (answer?: Buffer): void => {
      if (answer !== undefined && !answer.toString('latin1').startsWith('HTTP/1.1 200')) reject(new Error('no answer'));
      if (calls === callsEach) {
        socket.end();
        resolve();
        return;
      }
      calls += 1;
      socket.write(practiceRequest(`${caller}-${calls}`, calls));
    };
    socket
      .on('connect', () => call())
      .on('data', call)
      .on('error', reject);
  });
}

function practiceRequest(id: string, turn: number): string {
  const body = JSON.stringify({ id, features: practiceFeatures(turn) });
  const head = `POST /v1/models/${practiceName}/predict HTTP/1.1\r\nhost: 127.0.0.1`;
  return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function practiceParts(): GatewayParts {
  const nothing = (): void => undefined;
  const live = practiceModel(() => performance.now());
  const unused = { previous: null, segments: null, learnedUntilMs: 0, learning: null, refusedRev: null };
  const held: HeldModel = { ...unused, route: live.route, live, sensitive: live.sensitive, from: 'disk' };
  const keeper = { model: () => held, models: () => new Map().entries(), lastPollAt: () => null };
  const log = { append: nothing, spooled: () => Promise.resolve() };
  const metrics = {
    ...{ registry: new Registry(), answered: nothing, refused: nothing, fellBack: nothing, shadowDropped: nothing },
    ...{ halted: nothing, polled: nothing, uploaded: nothing, took: nothing },
  };
  const moves = { halt: nothing, dropShadow: nothing };
  const desk = createDesk({ keeper: moves, copies: { later: () => false }, log, metrics, floors: defaultFloors });
  let ids = 0;
  return {
    ...{ keeper, log, metrics, desk, logger: silentLogger, limits: defaultLimits, holdback: 0 },
    shelf: { find: () => null, failure: () => null, obtain: () => Promise.reject(new Error('no such version')) },
    pressure: { isTooHigh: () => false, close: nothing },
    consumers: { admit: () => null },
    newId: () => {
      ids += 1;
      return `practice-${ids.toString(36)}`;
    },
  };
}
