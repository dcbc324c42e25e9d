import { describe, expect, it } from 'vitest';
import type { Moved, Registry, Route } from '../../src/registry/registry.ts';
import {
  ana,
  canary,
  freshModel,
  leaseUntil,
  liveModel,
  newVersion,
  openRun,
  planOf,
  type RegistryUnderTest,
} from './registry-fixtures.ts';

/** `npm run bench:rollout` races for longer. */
const rounds = Number(process.env.PERENNIAL_RACE_ROUNDS ?? 6);
const callsPerRound = Number(process.env.PERENNIAL_RACE_CALLS ?? 30);
const versions = 6;

export function describeRaces(underTest: () => RegistryUnderTest): void {
  describe('under concurrency', () => {
    it('gives out run and version numbers without gaps', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const many = Array.from({ length: 20 }, (_, index) => index);
      const runs = await Promise.all(many.map((index) => openRun(registry, model, `run-${index % 10}`)));
      const names = [...new Set(runs.map(({ run }) => run))];
      expect(names.sort()).toEqual(
        many
          .slice(1, 11)
          .map((number) => `${model}-r${number}`)
          .sort(),
      );
      const run = runs[0]?.run ?? '';
      const added = await Promise.all(
        many.map((index) => registry.addVersion(newVersion(model, run, `c-${index % 10}`))),
      );
      const numbers = [...new Set(added.map(({ version }) => version))].sort((a, b) => a - b);
      expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });

    it('applies one plan once', async () => {
      const { registry } = underTest();
      const model = await freshModel(registry);
      const applied = await Promise.all(
        Array.from({ length: 10 }, () => registry.applyModel(planOf(model, 'digest-2'), ana)),
      );
      expect(applied.filter(({ changed }) => changed)).toEqual([{ revision: 2, changed: true }]);
    });

    it('never has two stable versions or none, and its events tell the same as its rows', async () => {
      const { registry } = underTest();
      const model = await liveModel(registry, versions);
      const random = seeded(7);
      for (let round = 0; round < rounds; round += 1) {
        const watching = watch(registry, model);
        const moves = Array.from({ length: callsPerRound }, () => randomMove(registry, model, random));
        const outcomes = await Promise.all(moves);
        watching.stop();
        await watching.seen;
        expect(outcomes.some(({ ok }) => ok)).toBe(true);
        await expectOneTruth(registry, model);
      }
      await expectUnbrokenHistory(registry, model);
    }, 600_000);
  });
}

/** mulberry32: the mix of calls is the same in every run; only their interleaving is not. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function randomMove(registry: Registry, model: string, random: () => number): Promise<Moved<Route>> {
  const version = 1 + Math.floor(random() * versions);
  const rollout = `${version}-${Math.floor(random() * 40)}`;
  const move = { model, version, rollout, by: ana, reason: 'race' };
  const kind = random();
  const ofCurrent = async (act: (route: Route) => Promise<Moved<Route>>) => act(await registry.route(model));
  if (kind < 0.35) return registry.setRollout({ ...canary(model, version, rollout, random()), force: true });
  if (kind < 0.45) return registry.rollBack({ model, by: ana, reason: 'race' });
  const current = ({ rollout: owner, canary: guest }: Route) => ({
    ...move,
    rollout: owner ?? rollout,
    version: guest ?? version,
  });
  if (kind < 0.6) return ofCurrent((route) => registry.promote({ ...current(route), bakeUntil: bakeOf(random()) }));
  // As the CLI and the workflows do it: what was read is what is moved, or nothing.
  if (kind < 0.8) return ofCurrent((route) => registry.promote({ ...current(route), expectedRev: route.rev }));
  if (kind < 0.9) {
    const how = random() < 0.5 ? 'keep' : 'restore';
    return ofCurrent((route) => registry.endBake({ ...current(route), version: route.stable ?? version, how }));
  }
  return ofCurrent((route) => registry.withdraw({ ...current(route), to: 'challenger' }));
}

const bakeOf = (draw: number): string | null => (draw < 0.5 ? leaseUntil : null);

/** Looks at the versions all the time while others move them. */
function watch(registry: Registry, model: string): { stop(): void; readonly seen: Promise<void> } {
  let running = true;
  const look = async (): Promise<void> => {
    while (running) {
      const states = (await registry.versions(model)).map(({ state }) => state);
      expect(states.filter((state) => state === 'stable')).toHaveLength(1);
      expect(states.filter((state) => state === 'canary').length).toBeLessThan(2);
    }
  };
  return { stop: () => (running = false), seen: look() };
}

async function expectOneTruth(registry: Registry, model: string): Promise<void> {
  const route = await registry.route(model);
  const records = await registry.versions(model);
  const inState = (state: string) => records.filter((record) => record.state === state).map(({ version }) => version);
  expect(inState('stable')).toEqual([route.stable]);
  expect(inState('canary')).toEqual(route.canary === null ? [] : [route.canary]);
  const { stable, canary: guest, weight } = route;
  expect(await registry.liveAt(model, '2999-01-01T00:00:00Z')).toMatchObject({ stable, canary: guest, weight });
}

/** Every route event starts where the one before it ended. */
async function expectUnbrokenHistory(registry: Registry, model: string): Promise<void> {
  const events = (await registry.events(model, { limit: 1_000_000 })).reverse();
  const changes = events
    .filter(({ kind }) => kind.startsWith('route.'))
    .map(({ details }) => details as { readonly before: Route; readonly route: Route });
  expect(changes.length).toBeGreaterThan(10);
  for (const [index, { before }] of changes.entries()) {
    const earlier = changes[index - 1];
    if (earlier !== undefined) expect(before).toEqual(earlier.route);
  }
  const states = new Map<number | null, string>();
  for (const { kind, version } of events) {
    if (kind.startsWith('version.') && kind !== 'version.evaluated') states.set(version, kind.slice('version.'.length));
  }
  for (const { version, state } of await registry.versions(model)) expect(states.get(version)).toBe(state);
}
