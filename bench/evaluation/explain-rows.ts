import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filesystemStore } from '../../src/artifacts/filesystem/store.ts';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import { gatherEvidence } from '../../src/decision/gather.ts';
import { withReports } from '../../src/decision/reported-registry.ts';
import { type Explanation, tellStory } from '../../src/decision/story.ts';
import { startEmbeddedDatabase } from '../../src/registry/pglite/server.ts';
import { connectRegistry, migrate } from '../../src/registry/postgres/registry.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { figure, goalRow, type Row } from '../report/row.ts';
import { type Simulated, simulateModel, simulateRun } from './simulated-run.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const runsPerModel = 25;

/**
 * Runs that end in every way there is, then everything that they were decided with is thrown away but the records: a new process's view of
 * database and object store must tell the same stories byte for byte, and every verdict must follow from the stored figures again.
 */
export async function explainRows(runs: number): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-explain-'));
  const store = filesystemStore(join(folder, 'objects'));
  try {
    const before = await inDatabase(folder, async (registry) => {
      const simulated = await simulate(registry, store, runs);
      return { simulated, told: await tellAll(registry, store, simulated) };
    });
    const after = await inDatabase(folder, async (registry) => await tellAll(registry, store, before.simulated));
    return rowsOf(before.simulated, before.told, after);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every call starts the database anew from its folder. */
async function inDatabase<T>(folder: string, work: (registry: Registry) => Promise<T>): Promise<T> {
  const database = await startEmbeddedDatabase({ folder: join(folder, 'database'), port: 0 });
  await migrate(database.connectionString);
  const registry = await connectRegistry({ connectionString: database.connectionString });
  try {
    return await work(registry);
  } finally {
    await registry.close();
    await database.close();
  }
}

async function simulate(plain: Registry, store: ObjectStore, runs: number): Promise<readonly Simulated[]> {
  const registry = withReports({ registry: plain, store, sha256 }, (what, error) => {
    throw new Error(`no report of ${what}`, { cause: error });
  });
  const simulated: Simulated[] = [];
  for (let run = 0; run < runs; run += 1) {
    const model = `model-${Math.floor(run / runsPerModel)}`;
    if (run % runsPerModel === 0) await simulateModel({ registry, store }, model);
    simulated.push(await simulateRun({ registry, store }, model, run + 1));
  }
  return simulated;
}

interface Told {
  readonly text: string;
  readonly ms: number;
}

async function tellAll(
  registry: Registry,
  store: ObjectStore,
  simulated: readonly Simulated[],
): Promise<readonly Told[]> {
  const told: Told[] = [];
  for (const { model, version } of simulated) {
    const startedAt = performance.now();
    const story = tellStory(await gatherEvidence({ registry, store, sha256 }, model, version));
    told.push({ text: JSON.stringify(story), ms: performance.now() - startedAt });
  }
  return told;
}

function rowsOf(simulated: readonly Simulated[], before: readonly Told[], after: readonly Told[]): readonly Row[] {
  const stories = after.map(({ text }) => JSON.parse(text) as Explanation);
  const count = (wrong: (at: number) => boolean) => simulated.filter((_, at) => wrong(at)).length;
  const derived = stories.reduce((sum, { checked }) => sum + checked.derived, 0);
  const different = stories.reduce((sum, { checked }) => sum + checked.different.length + checked.notDerivable, 0);
  const fates = [...new Set(simulated.map(({ fate }) => fate))].sort();
  const spread = fates.map((fate) => `${simulated.filter((each) => each.fate === fate).length} ${fate}`).join(', ');
  const whole = `${simulated.length} simulated runs`;
  return [
    goalRow(
      `decisions that explain does not reproduce from stored evidence, of ${whole}`,
      0,
      figure([count((at) => fateOf(stories[at] as Explanation) !== simulated[at]?.fate)]),
      spread,
    ),
    goalRow(`verdicts that do not follow again from their stored figures, of ${derived}`, 0, figure([different])),
    goalRow(
      `evaluations whose stored bytes are not those decided on, of ${whole}`,
      0,
      figure([count((at) => stories[at]?.checked.evidence !== 'intact')]),
    ),
    goalRow(
      `explanations that are not byte-equal after a restart of the database, of ${whole}`,
      0,
      figure([count((at) => before[at]?.text !== after[at]?.text)]),
    ),
    { ...goalRow('ms for one explanation', 1_000, figure(after.map(({ ms }) => ms))), goal: null, holds: null },
  ];
}

/** What became of the version, read from its story alone. */
function fateOf({ steps, forced }: Explanation): Simulated['fate'] | 'unknown' {
  if (forced.length > 0) return 'forced';
  const verdictOf = (what: string) => steps.findLast((step) => step.what === what)?.verdict;
  if (verdictOf('gates') !== 'pass') return 'rejected-by-gates';
  if (verdictOf('approval') === 'rejected') return 'rejected-by-person';
  const rollout = verdictOf('rollout');
  if (rollout === 'withdrawn') return 'rolled-back';
  if (rollout === 'promoted') return 'promoted';
  return steps.some(({ what, verdict }) => what === 'state' && verdict === 'stable') ? 'first' : 'unknown';
}
