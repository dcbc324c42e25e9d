import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Looking, lookOnce } from '../../../activities/rollout-look.ts';
import type { WatchRequest } from '../../../activities/rollout-requests.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import { readText } from '../../../src/artifacts/read-text.ts';
import { rolloutStage } from '../../../src/plan/schema-rollout.ts';
import { noRollout } from '../../../src/registry/moves.ts';
import type { Registry, Route } from '../../../src/registry/registry.ts';
import { noPairs, noRequests, noTraffic } from '../../../src/rollout/no-traffic.ts';
import type { RolloutLook, RolloutTallies } from '../../../src/rollout/report.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-look-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const minute = 60_000;
const start = Date.parse('2026-03-02T10:00:00.000Z');
const at = (minutes: number) => new Date(start + minutes * minute).toISOString();
const live: Route = {
  model: 'm',
  segment: 'all',
  rev: 3,
  stable: 1,
  ...noRollout,
  canary: 2,
  rollout: 'a',
  weight: 0.1,
};

const record = { signature: { task: 'regression', features: [], classes: [] } };

const request: WatchRequest = {
  ...{ rollout: 'a', model: 'm', version: 2, by: { name: 'perennial', via: 'workflow' }, reason: '' },
  spec: rolloutStage.parse({
    kind: 'rollout',
    steps: [{ weight: 0.1, for: '10m' }, { weight: 1 }],
    gates: [{ metric: 'errorRate' }],
    extendAtMost: '30m',
  }),
  ...{ task: 'regression', phase: 'canary', weight: 0.1, step: 0, paused: false, startedAt: at(0) },
  ...{ passAfter: at(10), giveUpAfter: at(40) },
};

function seen(requests: number, errors: number, newest: number): RolloutTallies {
  const stable = { ...noRequests, requests: requests * 9, errors: 0 };
  const canary = { ...noRequests, requests, errors };
  return { ...noTraffic, strata: [{ share: 0.1, stable, canary }], newestAt: at(newest), newestLabelAt: null };
}

/** A look at a minute, at what the log has shown until then, on a route. */
function look(minutes: number, tallies: RolloutTallies, change: Partial<WatchRequest> = {}, route: Route = live) {
  const renewLease = async () =>
    route.rollout === 'a'
      ? ({ ok: true, value: route } as const)
      : ({ ok: false, why: 'rollout a is not on the route', current: route } as const);
  const looking: Looking = {
    registry: { renewLease, version: async () => record } as unknown as Registry,
    traffic: { tally: async () => tallies, forget: () => undefined },
    store: filesystemStore(folder),
    now: () => new Date(start + minutes * minute),
    lease: () => at(minutes + 1),
  };
  return lookOnce(looking, { ...request, ...change });
}

async function stored(): Promise<RolloutLook> {
  return JSON.parse((await readText(filesystemStore(folder), 'rollouts/a/latest.json')) ?? '') as RolloutLook;
}

describe('a look at a rollout', () => {
  it('ends the step when its time is over and what must be ruled out is ruled out', async () => {
    expect(await look(5, seen(400, 0, 5))).toBeNull();
    expect(await look(10, seen(800, 0, 10))).toMatchObject({ verdict: 'passed' });
    expect(await stored()).toMatchObject({ verdict: 'pass', clock: { passAfter: at(10), idle: false } });
  });

  it('rolls back at once on evidence of harm, also while a person holds the step', async () => {
    expect(await look(2, seen(50, 20, 2), { paused: true })).toMatchObject({ verdict: 'violated' });
  });

  it('gives up, or asks, when the extension is over and too little was seen', async () => {
    expect(await look(39, seen(20, 0, 39))).toBeNull();
    const end = await look(40, seen(20, 0, 40));
    expect(end).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('errorRate ≤ stable (n=20') });
    const asks = { spec: { ...request.spec, otherwise: 'ask' as const } };
    expect(await look(40, seen(20, 0, 40), asks)).toMatchObject({ verdict: 'unproven' });
  });

  it('does not count time in which nothing came in, neither for passing nor for giving up, also on another worker', async () => {
    expect(await look(0, seen(20, 0, 0))).toBeNull();
    for (let minutes = 5; minutes <= 60; minutes += 5) expect(await look(minutes, seen(20, 0, 0))).toBeNull();
    expect((await stored()).clock).toMatchObject({ idle: true, passAfter: at(70), giveUpAfter: at(100) });
    expect(await look(65, seen(800, 0, 65))).toBeNull();
    expect(await look(75, seen(900, 0, 75))).toMatchObject({ verdict: 'passed' });
  });

  it('ends with its time, whatever is proven, in a bake and in a standing comparison', async () => {
    expect(await look(11, seen(5, 0, 11), { standing: true })).toMatchObject({ verdict: 'passed' });
    const baking = { ...noTraffic, bake: { ...noPairs, pairs: 10 }, newestAt: at(11) };
    expect(await look(9, { ...baking, newestAt: at(9) }, { phase: 'bake', step: 1 })).toBeNull();
    expect(await look(11, baking, { phase: 'bake', step: 1 })).toMatchObject({ verdict: 'passed' });
  });

  it('stops when the route is gone, or a gateway has dropped the canary; in a bake only the copies end', async () => {
    const gone = { ...live, rollout: null };
    expect(await look(1, noTraffic, {}, gone)).toMatchObject({
      verdict: 'halted',
      reason: 'rollout a is not on the route',
    });
    const halted = { ...live, halted: 'errors 40 %' };
    expect(await look(1, noTraffic, {}, halted)).toMatchObject({ verdict: 'halted' });
    expect(await look(1, noTraffic, { phase: 'bake' }, halted)).toMatchObject({ verdict: 'passed' });
  });
});
