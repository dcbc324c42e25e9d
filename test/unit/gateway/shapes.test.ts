import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revive, slim } from '../../../src/gateway/compiled/stored.ts';
import { VersionShelf } from '../../../src/gateway/http/version-shelf.ts';
import { assembleLive, type LiveModel, type LoadedVersion } from '../../../src/gateway/live-model.ts';
import { practiceModel, practiceVersion } from '../../../src/gateway/practice-model.ts';
import type { Route } from '../../../src/registry/registry.ts';

/** Whether V8 gives both the same hidden class: code that was compiled for one runs with the other. */
let sameShape: (a: object, b: object) => boolean;
let stateFolder: string;
beforeAll(async () => {
  setFlagsFromString('--allow-natives-syntax');
  sameShape = runInThisContext('(a, b) => %HaveSameMap(a, b)');
  // Its body is read at the first call.
  sameShape({}, {});
  setFlagsFromString('--no-allow-natives-syntax');
  stateFolder = await mkdtemp(join(tmpdir(), 'perennial-shapes-'));
});
afterAll(() => rm(stateFolder, { recursive: true }));

/** More than V8 looks at before it remembers what it has met. */
const numbers = Array.from({ length: 24 }, (_, at) => at + 1);
const oneShape = (objects: readonly object[]): boolean =>
  objects.every((object) => sameShape(objects[0] as object, object));

/** Versions of other servers: nothing has to be fetched or looked into. */
async function loadedVersions(): Promise<LoadedVersion[]> {
  const artifact = 'http://127.0.0.1:1/v2/models/m';
  const shelf = new VersionShelf({
    source: {
      version: async (model, version) => ({ ...practiceVersion(version), model, artifact, artifactDigest: artifact }),
    },
    store: { get: () => Promise.reject(new Error('nothing is stored')) },
    ...{ stateFolder, logger: pino({ enabled: false }), challengerTimeoutMs: 1, longestWaitMs: 1 },
    ...{ challengerProgram: undefined, onCrash: () => undefined, starter: { prepare: () => Promise.reject() } },
  });
  const loaded: LoadedVersion[] = [];
  for (const version of numbers) loaded.push(await shelf.obtain('m', version, 'apart'));
  await shelf.close();
  return loaded;
}

// Else the first requests after every promotion are answered by code that is not compiled, at a fifth of the speed.
describe('what the request path reads has one shape whatever version answers', () => {
  it('versions, their challengers, and who answers', async () => {
    const loaded = await loadedVersions();
    const lives = loaded.map((stable, at): LiveModel => {
      const challenger = loaded[(at + 1) % loaded.length] as LoadedVersion;
      const route: Route = {
        ...{ model: 'm', segment: '', rev: at, stable: stable.version, canary: challenger.version, weight: 0.5 },
        ...{ shadow: null, rollout: 'r', leaseUntil: '2999-01-01T00:00:00Z', halted: null },
      };
      return assembleLive({
        ...{ route, stable, challengers: [challenger], sensitive: new Set<string>(), haltedHere: null, before: null },
      });
    });
    expect(oneShape(loaded)).toBe(true);
    expect(oneShape(lives)).toBe(true);
    expect(oneShape(lives.flatMap(({ challengers }) => challengers))).toBe(true);
    // The first one is from before V8 knew that a share may be a fraction.
    expect(oneShape(lives.slice(1).flatMap(({ plan }) => [plan.during, plan.after]))).toBe(true);
  });

  it('the tables of compiled models', () => {
    const tables = numbers.map(() => revive(slim(practiceModel())).tables);
    expect(oneShape(tables)).toBe(true);
  });
});
