import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Simulated, simulateModel, simulateRun } from '../../../bench/evaluation/simulated-run.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../../src/artifacts/object-store.ts';
import { compareVersions } from '../../../src/decision/compare-versions.ts';
import { gatherEvidence } from '../../../src/decision/gather.ts';
import { gatherSide } from '../../../src/decision/gather-side.ts';
import { reportKeys } from '../../../src/decision/publish.ts';
import { withReports } from '../../../src/decision/reported-registry.ts';
import { type Explanation, tellStory } from '../../../src/decision/story.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../../src/registry/postgres/registry.ts';
import type { Registry } from '../../../src/registry/registry.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
/** Every fate at least once. */
const seeds = [1, 2, 3, 8, 13, 33, 37];
const failures: string[] = [];
let folder: string;
let database: EmbeddedDatabase;
let plain: Registry;
let store: ObjectStore;
let runs: readonly Simulated[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'perennial-decision-'));
  database = await startEmbeddedDatabase({ folder: join(folder, 'database'), port: 0 });
  await migrate(database.connectionString);
  plain = await connectRegistry({ connectionString: database.connectionString });
  store = filesystemStore(join(folder, 'objects'));
  const place = { registry: plain, store, sha256 };
  const registry = withReports(place, (what) => failures.push(what));
  const made: Simulated[] = [];
  await simulateModel({ registry, store }, 'delays');
  for (const seed of seeds) made.push(await simulateRun({ registry, store }, 'delays', seed));
  runs = made;
});

afterAll(async () => {
  await plain.close();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const explain = async (version: number): Promise<Explanation> =>
  tellStory(await gatherEvidence({ registry: plain, store, sha256 }, 'delays', version));
const ofFate = (fate: Simulated['fate']): number => {
  const found = runs.findLast((run) => run.fate === fate);
  if (!found) throw new Error(`no run was ${fate}`);
  return found.version;
};

describe('the story of a version', () => {
  it('says why it was rejected, by gates with what would have passed, or by a person', async () => {
    const byGates = await explain(ofFate('rejected-by-gates'));
    expect(byGates.headline).toMatch(/^(Rejected by its gates|Not promoted, because its gates could not decide): /);
    expect(byGates.headline).toMatch(/would pass|could not decide/);
    const byPerson = await explain(ofFate('rejected-by-person'));
    expect(byPerson.headline).toBe('Rejected by ana (api): "not before the holidays".');
    expect(byPerson.steps.find(({ what }) => what === 'approval')?.says[0]).toBe('ana rejects as approver');
  });

  it('says why it was rolled back, with the look that it ended on', async () => {
    const story = await explain(ofFate('rolled-back'));
    expect(story.headline).toMatch(
      /^Rolled back 20.* by the gates: error rate: e-value 72 ≥ 60 after 1203 requests\.$/,
    );
    const rollout = story.steps.find(({ what }) => what === 'rollout');
    expect(rollout).toMatchObject({ verdict: 'withdrawn' });
    expect(rollout?.says[0]).toMatch(/^last look in canary at 5 %: error rate fail \(n = 1203\)/);
  });

  it('says how the stable version came to be it, and what took the place of earlier ones', async () => {
    const { stable } = await plain.route('delays');
    const story = await explain(stable as number);
    expect(story.headline).toMatch(/^(FORCED .*|)Stable since 20.*: \d+ of \d+ gates passed/);
    const first = await explain(ofFate('first'));
    expect(first.state).toBe('deprecated');
    expect(first.headline).toMatch(
      /^Stable from .* when another version took its place: \d+ of \d+ gates passed, the first/,
    );
  });

  it('carries the mark of force for ever, loudly', async () => {
    const story = await explain(ofFate('forced'));
    expect(story.forced).toMatchObject([{ by: 'bob', via: 'cli', reason: 'the season cannot wait', from: 'rejected' }]);
    expect(story.headline).toMatch(/^FORCED by bob: "the season cannot wait"\. /);
    const card = Buffer.from(await store.get(reportKeys('delays', story.version).card)).toString();
    expect(card).toContain('> **FORCED PAST ITS GATES** by bob (cli)');
    const page = Buffer.from(await store.get(reportKeys('delays', story.version).report)).toString();
    expect(page).toContain('class="force"');
  });

  it('is the same bytes when it is told again, by another process with nothing but the records', async () => {
    const told = await Promise.all(runs.map(async ({ version }) => JSON.stringify(await explain(version))));
    const other = await connectRegistry({ connectionString: database.connectionString });
    for (const { version } of runs) {
      const evidence = await gatherEvidence({ registry: other, store, sha256 }, 'delays', version);
      expect(JSON.stringify(tellStory(evidence))).toBe(told[version - 1]);
    }
    await other.close();
  });
});

describe('what is stored', () => {
  it('lets every verdict follow again, and the evidence be known as what was decided on', async () => {
    for (const { version } of runs) {
      const { checked } = await explain(version);
      expect(checked).toMatchObject({ evidence: 'intact', different: [], notDerivable: 0 });
      expect(checked.derived).toBeGreaterThan(2);
    }
  });

  it('is noticed to be changed, in the report and in a decision', async () => {
    const version = ofFate('promoted');
    const evidence = await gatherEvidence({ registry: plain, store, sha256 }, 'delays', version);
    const { evaluation } = evidence;
    if (!evaluation) throw new Error('no evaluation');
    const other = tellStory({ ...evidence, evaluation: { ...evaluation, found: sha256('other') } });
    expect(other.checked.evidence).toBe('changed');
    const gone = tellStory({ ...evidence, evaluation: { ...evaluation, found: null, report: null } });
    expect(gone).toMatchObject({ evaluation: null, checked: { evidence: 'missing', different: [] } });
    expect(gone.gates.length).toBeGreaterThan(0);
    const decisions = evidence.decisions.map((each) => (each.kind === 'gates' ? { ...each, verdict: 'fail' } : each));
    expect(tellStory({ ...evidence, decisions }).checked.different).toEqual(['all gates together']);
  });

  it('is written anew with every move: cards and pages say the state that the version is in', async () => {
    expect(failures).toEqual([]);
    for (const { version } of runs) {
      const { state } = await plain.version('delays', version);
      const card = Buffer.from(await store.get(reportKeys('delays', version).card)).toString();
      expect(card).toContain(`# delays v${version} — ${state}`);
      const page = Buffer.from(await store.get(reportKeys('delays', version).report)).toString();
      expect(page).toContain(state);
      expect(page).not.toContain('<script');
      expect(page).not.toMatch(/(href|src)=/);
    }
  });

  it('does not undo a move whose page cannot be written', async () => {
    const broken: ObjectStore = { ...store, put: async () => await Promise.reject(new Error('no room')) };
    const told: string[] = [];
    const registry = withReports({ registry: plain, store: broken, sha256 }, (what) => told.push(what));
    const { stable } = await plain.route('delays');
    const moved = await registry.rollBack({ model: 'delays', by: { name: 'ana', via: 'cli' }, reason: 'test' });
    expect(moved.ok).toBe(true);
    expect((await plain.route('delays')).stable).not.toBe(stable);
    expect(told.length).toBeGreaterThan(0);
  });
});

describe('the difference between two versions', () => {
  it('names what changed, and compares metrics on the same rows where one evaluation scored both', async () => {
    const place = { registry: plain, store, sha256 };
    const after = await gatherSide(place, 'delays', ofFate('promoted'));
    const champion = after.stored.evaluation?.report?.champion?.version as number;
    const before = await gatherSide(place, 'delays', champion);
    const forth = compareVersions(before, after, null);
    expect(forth.parameters.map(({ what }) => what)).toContain('seed');
    expect(forth.metrics.sameRows).toBe(true);
    const auc = forth.metrics.rows.find(({ metric }) => metric === 'auc');
    expect(auc?.interval).not.toBeNull();
    const back = compareVersions(after, before, null).metrics.rows.find(({ metric }) => metric === 'auc');
    expect(back?.difference).toBeCloseTo(-(auc?.difference as number), 12);
    expect(back?.interval?.low).toBeCloseTo(-(auc?.interval?.high as number), 12);
  });

  it('says nothing changed between a version and itself', async () => {
    const side = await gatherSide({ registry: plain, store, sha256 }, 'delays', 1);
    expect(compareVersions(side, side, null)).toMatchObject({ data: [], code: [], parameters: [], environment: [] });
  });
});
