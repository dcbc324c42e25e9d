import { createHash } from 'node:crypto';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import { evaluateCandidates } from '../../src/evaluation/evaluate.ts';
import { pictureOf } from '../../src/evaluation/pictures.ts';
import { type Random, seededRandom } from '../../src/evaluation/random.ts';
import type { EvaluationReport } from '../../src/evaluation/report.ts';
import type { CompiledPlan } from '../../src/plan/plan.ts';
import { type GateEntry, modelFile } from '../../src/plan/schema.ts';
import type { Actor, Registry, VersionRecord } from '../../src/registry/registry.ts';
import type { RolloutLook } from '../../src/rollout/report.ts';

/** What became of a version, as whoever simulated it knows. */
export interface Simulated {
  readonly model: string;
  readonly version: number;
  readonly fate: 'first' | 'rejected-by-gates' | 'rejected-by-person' | 'rolled-back' | 'promoted' | 'forced';
}

interface Place {
  readonly registry: Registry;
  readonly store: ObjectStore;
}

const gatesActor: Actor = { name: 'perennial', via: 'workflow' };
const leaseUntil = '2031-01-01T00:00:00.000Z';

/** A model with two classes, registered. */
export async function simulateModel({ registry }: Place, model: string): Promise<void> {
  const file = modelFile.parse({
    model,
    task: 'binary-classification',
    data: {
      source: { format: 'parquet', uri: 'file:data.parquet' },
      ...{ time: 'at', id: 'id', label: { column: 'late' } },
      features: { temp: { type: 'numeric' }, carrier: { type: 'categorical' } },
    },
    plan: {
      snapshot: { kind: 'snapshot', window: '90d', holdout: '14d' },
      boosted: { kind: 'train', trainer: 'xgboost' },
      evaluate: { kind: 'evaluate', slices: ['origin'], gates: [{ metric: 'auc', atLeast: 0.6 }] },
      rollout: { kind: 'rollout', steps: [{ weight: 0.05 }, { weight: 1 }], gates: [{ metric: 'errorRate' }] },
    },
  });
  const stages = Object.entries(file.plan).map(([name, spec]) => ({ name, needs: [], spec }));
  const plan: CompiledPlan = { digest: `digest of ${model}`, base: '/models', file, stages };
  await registry.applyModel(plan, { name: 'ana', via: 'cli' });
}

/**
 * One run from trigger to end, decided by the product's own code on random data: trained, judged by random gates, perhaps voted on, perhaps
 * rolled out, perhaps rolled back, perhaps forced. The registry may be one that leaves reports behind.
 */
export async function simulateRun(place: Place, model: string, seed: number): Promise<Simulated> {
  const { registry } = place;
  const random = seededRandom(seed);
  const { stable } = await registry.route(model);
  const { run } = await registry.openRun({
    ...{ model, workflowId: `retrain:${model}`, temporalRunId: `${seed}`, planDigest: `digest of ${model}` },
    trigger: { kind: 'manual', by: 'ana', reason: 'new season' },
    asOf: '2030-01-01T00:00:00Z',
  });
  const version = await registry.addVersion(trained(model, run, seed));
  const { report, digest, key } = await judge(place, version, { champion: stable, random, seed });
  const [own] = report.candidates;
  if (own === undefined) throw new Error('no candidate');
  const { version: number } = version;
  const reason =
    own.gates
      .filter(({ verdict }) => verdict !== 'pass')
      .map(({ name }) => name)
      .join('; ') || 'every gate passed';
  await registry.recordEvaluation({ run, model, version: number, metrics: own.metrics, key, verdict: own.verdict });
  await registry.recordDecision({
    ...{ run, model, version: number, kind: 'gates', verdict: own.verdict, by: gatesActor, reason },
    evidence: { evaluation: key, digest, gates: own.gates },
  });
  const to = own.verdict === 'pass' ? 'challenger' : 'rejected';
  await registry.moveVersion({ model, version: number, to, by: gatesActor, reason, run });
  const fate = await carryOn(place, { version, passed: own.verdict === 'pass', stable, digest, random, reason });
  await registry.closeRun(run, fate === 'promoted' || fate === 'first' ? 'promoted' : 'rejected', fate, number);
  return { model, version: number, fate };
}

function trained(model: string, run: string, seed: number): Parameters<Registry['addVersion']>[0] {
  return {
    ...{ model, run, candidate: 'boosted', artifact: `models/${model}/${run}`, artifactDigest: `sha256:${seed}` },
    ...{ snapshot: `snapshot-${seed % 7}`, parameters: { depth: 3 + (seed % 5), eta: 0.1 }, seed },
    signature: {
      task: 'binary-classification',
      features: [
        { name: 'temp', type: 'numeric' },
        { name: 'carrier', type: 'categorical' },
      ],
      classes: [0, 1],
    },
    trainerMetrics: { auc: 0.7 },
    environment: { code: `sha256:code-${seed % 3}`, packages: 'sha256:bb' },
  };
}

const usual = { confidence: 0.95, dryRun: false } as const;

/** Some of every kind; most sets let a good challenger through. */
function randomGates(random: Random): GateEntry[] {
  const all: GateEntry[] = [
    { metric: 'auc', atLeast: 0.55 + 0.2 * random(), ...usual },
    { metric: 'auc', versus: 'champion', by: 0.03 * (random() - 0.7), ...usual },
    { metric: 'logLoss', versus: 'champion', by: -0.05 * random(), ...usual },
    { metric: 'auc', slice: 'origin', versus: 'champion', by: -0.1 * random(), ...usual },
    { metric: 'demographicParity', groups: 'origin', atMost: 0.2 * random(), ...usual },
    { metric: 'scorePsi', atMost: random(), ...usual },
    { metric: 'servingP99Ms', atMost: 3 + 3 * random(), ...usual },
    { metric: 'accuracy', between: [0.4, 0.7 + 0.3 * random()], ...usual },
    { metric: 'trainRows', atLeast: 1_000, confidence: 0.95, dryRun: random() < 0.5 },
    {
      any: [
        { metric: 'f1', atLeast: 0.3 + 0.5 * random(), ...usual },
        {
          all: [
            { metric: 'recall', atLeast: 0.4, ...usual },
            { metric: 'brier', atMost: 0.25, ...usual },
          ],
          dryRun: false,
        },
      ],
      dryRun: false,
    },
  ];
  return all.filter(() => random() < 0.4).concat({ metric: 'auc', atLeast: 0.5, ...usual });
}

interface Judged {
  readonly report: EvaluationReport;
  readonly digest: string;
  readonly key: string;
}

async function judge(
  { store }: Place,
  { model, version, run }: VersionRecord,
  { champion, random, seed }: { readonly champion: number | null; readonly random: Random; readonly seed: number },
): Promise<Judged> {
  const rows = 240 + Math.floor(random() * 400);
  const at = Array.from({ length: rows }, (_, row) => row);
  const origin = at.map(() => (random() < 0.5 ? 'EWR' : 'JFK'));
  const truth = at.map((row) => (origin[row] === 'JFK' ? 0.53 : 0.47) + 0.5 * (random() - 0.5));
  const labels = truth.map((value) => (0.5 + 2 * (value - 0.5) > random() ? 1 : 0));
  const scored = (skill: number) => ({
    ...{ rows, width: 1 },
    values: truth.map((value) =>
      Math.min(0.99, Math.max(0.01, 0.5 + skill * (value - 0.5) + (1 - skill) * 0.6 * (random() - 0.5))),
    ),
  });
  const serving = { p50Ms: 1, p99Ms: 2 + 3 * random(), errors: 0, rows: 300, firstError: null, modelBytes: 2e6 };
  const own = scored(0.5 + 0.5 * random());
  const other = champion === null ? null : { version: champion, scores: scored(0.6 + 0.2 * random()), serving };
  const task = 'binary-classification' as const;
  const judged = await evaluateCandidates({
    ...{
      model,
      run,
      task,
      classes: [0, 1],
      snapshot: `snapshot-${seed % 7}`,
      labels,
      seed: 1,
      gates: randomGates(random),
    },
    blocks: at.map((row) => Math.floor((row * 14) / rows)),
    sliceColumns: { origin },
    facts: { trainRows: 5_000 },
    candidates: [{ candidate: 'boosted', version, scores: own, trainerMetrics: {}, serving }],
    champion: other,
  });
  const scoredAll = [{ version, scores: own }, ...(other ? [other] : [])];
  const pictures = scoredAll.flatMap((each) => pictureOf(each.version, { task, labels }, each.scores) ?? []);
  const report = { ...judged, pictures };
  const bytes = JSON.stringify(report);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const key = `models/${model}/evaluations/${run}-${digest.slice(0, 16)}.json`;
  await store.put(key, Buffer.from(bytes));
  return { report, digest, key };
}

interface Course {
  readonly version: VersionRecord;
  readonly passed: boolean;
  readonly stable: number | null;
  readonly digest: string;
  readonly random: Random;
  readonly reason: string;
}

async function carryOn(place: Place, course: Course): Promise<Simulated['fate']> {
  const { registry } = place;
  const { version, passed, stable, digest, random, reason } = course;
  const { model, run, version: number } = version;
  if (!passed) {
    if (stable === null || random() > 0.25) return 'rejected-by-gates';
    await registry.recordDecision({
      ...{ run, model, version: number, kind: 'override', verdict: 'forced' },
      ...{ by: { name: 'bob', via: 'cli' }, reason: 'the season cannot wait' },
      evidence: { rollout: `${model}-v${number}-x`, from: 'rejected', gates: reason.split('; '), roles: ['overruler'] },
    });
    await rollOut(place, course, true);
    return 'forced';
  }
  if (stable === null) {
    await registry.promoteFirst({ model, version: number, run, by: gatesActor, reason: 'the first version' });
    return 'first';
  }
  if (random() < 0.6) {
    const rejected = random() < 0.3;
    const by: Actor = { name: 'ana', via: 'api' };
    const vote = {
      choice: rejected ? 'reject' : 'approve',
      by: 'ana',
      via: 'api',
      proven: true,
      role: 'approver',
      holder: null,
    };
    const said = rejected ? 'not before the holidays' : 'looks right';
    await registry.recordDecision({
      ...{
        run,
        model,
        version: number,
        kind: 'approval',
        verdict: rejected ? 'rejected' : 'approved',
        by,
        reason: said,
      },
      evidence: { digest, votes: [{ ...vote, reason: said, evidence: digest, at: '2030-01-01T06:00:00.000Z' }] },
    });
    if (rejected) {
      await registry.moveVersion({ model, version: number, to: 'rejected', by, reason: said, run });
      return 'rejected-by-person';
    }
  }
  return (await rollOut(place, course, false)) ? 'promoted' : 'rolled-back';
}

/** @returns whether it was promoted */
async function rollOut({ registry, store }: Place, { version, random }: Course, force: boolean): Promise<boolean> {
  const { model, version: number } = version;
  const rollout = `${model}-v${number}-x`;
  const move = { model, version: number, rollout, by: gatesActor };
  await registry.setRollout({ ...move, phase: 'canary', weight: 0.05, leaseUntil, force, reason: 'step 1' });
  const bad = random() < 0.4;
  await store.put(`rollouts/${rollout}/latest.json`, Buffer.from(JSON.stringify(lookAt(rollout, bad, random))));
  if (bad)
    await registry.withdraw({ ...move, to: 'failed', reason: 'error rate: e-value 72 ≥ 60 after 1203 requests' });
  else await registry.promote({ ...move, reason: 'no gate was violated' });
  return !bad;
}

function lookAt(rollout: string, bad: boolean, random: Random): Omit<RolloutLook, 'tallies'> {
  const shared = { phase: 'canary', interval: null, threshold: 60, n: 1_203 } as const;
  const errors = bad ? 60 + 40 * random() : 5 * random();
  return {
    ...{ rollout, phase: 'canary', weight: 0.05, at: '2030-01-02T00:00:00.000Z', verdict: bad ? 'fail' : 'pass' },
    gates: [
      {
        ...shared,
        name: 'error rate',
        metric: 'errorRate',
        verdict: bad ? 'fail' : 'pass',
        stable: 0.002,
        canary: 0.004,
        eValue: errors,
      },
      { ...shared, name: 'latency', metric: 'latency', verdict: 'pass', stable: 1.4, canary: 1.5, eValue: 0.4 },
    ],
  };
}
