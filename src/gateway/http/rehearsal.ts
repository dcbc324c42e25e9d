import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import type { Route } from '../../registry/registry.ts';
import { slim } from '../compiled/stored.ts';
import { keptPath } from '../onnx/prepared.ts';
import type { RouteSource, ServedVersion } from '../ports.ts';
import { practiceFeatures, practiceModel, practiceName, practiceVersion } from '../practice-model.ts';
import { startGateway } from './start-gateway.ts';
import { versionFolder, writeWhole } from './state-folder.ts';
import { within } from './within.ts';

/** As many callers as come at once after a restart behind a balancer. */
const callers = 16;
/** They call twice, with a connection each, so that V8 has seen ends as well before it compiles. */
const rounds = 2;
/** Calls for so long that V8 has compiled what they run through: its compiler needs most of it, on threads of its own. */
const practiceMs = 600;
const longestMs = 3_000;
/** Versions take turns: what V8 compiles for one alone is thrown away at the first promotion. */
const [versions, pollMs] = [4, 50];

/**
 * Runs a gateway that stands for nothing, with a model of its own, and has it answer some thousand requests on the loopback: a process
 * whose code has never run takes ten times as long for an answer, and its first callers wait for each other. It is the code that will
 * serve, down to the log's files, in a folder that is removed: what V8 has learnt of other objects it would have to learn again. Never fails.
 * @returns whether all were answered: not where there is no loopback, no room for temporary files, or no time
 */
export async function rehearse(): Promise<boolean> {
  try {
    const folder = await mkdtemp(join(tmpdir(), 'perennial-rehearsal-'));
    // Also a practice that takes too long is closed before its folder goes: what still writes would make it anew.
    const practice = practise(folder).finally(() => rm(folder, { recursive: true, force: true }));
    await within(practice, longestMs);
    return true;
  } catch {
    return false;
  }
}

async function practise(stateFolder: string): Promise<void> {
  for (let version = 1; version <= versions; version++) await keepVersion(stateFolder, practiceVersion(version));
  const gateway = await startGateway({
    routes: practiceRoutes(),
    pollMs,
    store: { put: async () => 'written', get: () => Promise.reject(new Error('nothing is stored')) },
    ...{ port: 0, host: '127.0.0.1', stateFolder, name: practiceName, isPractice: true },
  });
  try {
    const port = Number(new URL(gateway.url).port);
    for (let round = 0; round < rounds; round++) {
      const until = performance.now() + practiceMs / rounds;
      await Promise.all(Array.from({ length: callers }, (_, caller) => callAgain(port, `${round}-${caller}`, until)));
    }
  } finally {
    await gateway.close();
  }
}

/** Every poll promotes, and every other one begins a rollout: a champion answers alone, and beside a canary. */
function practiceRoutes(): RouteSource {
  const leaseUntil = new Date(Date.now() + 60_000).toISOString();
  let rev = 0;
  const route = (): Route => {
    rev += 1;
    const [stable, next] = [rev, rev + 1].map((turn) => (turn % versions) + 1) as [number, number];
    const alone = {
      model: practiceName,
      segment: '',
      rev,
      stable,
      canary: null,
      weight: 0,
      shadow: null,
      halted: null,
    };
    if (rev % 2 === 0) return { ...alone, rollout: null, leaseUntil: null };
    return { ...alone, canary: next, weight: 0.25, rollout: practiceName, leaseUntil };
  };
  return {
    routes: async () => [route()],
    version: async (_, version) => practiceVersion(version),
    haltRollout: async () => undefined,
  };
}

/** What a gateway finds that has served this version before. */
async function keepVersion(stateFolder: string, record: ServedVersion): Promise<void> {
  const folder = versionFolder(stateFolder, record.model, record.version);
  const prepared = { kind: 'compiled', model: slim(practiceModel()), proof: { rows: 0, worst: 0 } };
  await writeWhole(join(folder, 'version.json'), JSON.stringify(record));
  await writeWhole(join(folder, 'model.onnx'), '');
  await writeWhole(keptPath(folder, record.artifactDigest), serialize(prepared));
}

/** One caller's requests, each after the answer to the one before. */
function callAgain(port: number, caller: string, until: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let calls = 0;
    const call = (answer?: Buffer): void => {
      if (answer !== undefined && !answer.toString('latin1').startsWith('HTTP/1.1 200')) reject(new Error('no answer'));
      if (performance.now() > until) {
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
      .on('error', reject)
      .on('close', () => reject(new Error('the connection was closed')));
  });
}

function practiceRequest(id: string, turn: number): string {
  const body = JSON.stringify({ id, features: practiceFeatures(turn) });
  const head = `POST /v1/models/${practiceName}/predict HTTP/1.1\r\nhost: 127.0.0.1`;
  return `${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
