import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { ColumnTable, SnapshotManifest, Window } from '../src/dataset/dataset.ts';
import { findManifestOf } from '../src/dataset/stored-manifest.ts';
import { type Difference, differenceOf } from '../src/differential/difference.ts';
import type { LoggedRequests } from '../src/differential/logged.ts';
import type { BesideReport } from '../src/evaluation/report.ts';
import type { Scores } from '../src/gateway/predictor.ts';
import { isUpstream } from '../src/gateway/served-at.ts';
import { findLeaks } from '../src/leakage/find-leaks.ts';
import type { Leak } from '../src/leakage/leak.ts';
import type { LeakMeter } from '../src/leakage/leakage.ts';
import { schemaChanges } from '../src/leakage/schema-change.ts';
import type { LoadTester } from '../src/load-test/load-test.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { EvaluateStage, ModelFile } from '../src/plan/schema.ts';
import { skewFindings, type TrainServe } from '../src/quality/train-serve.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import { predictCommandOf } from '../src/training/predict-command.ts';
import type { OpenVersions } from './open-versions.ts';
import { decidedBy, featuresOf, type ScoredVersion } from './scoring.ts';

/** What is looked at besides the metrics of the hold-out. */
export interface BesideDependencies {
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly leakMeter: LeakMeter;
  readonly trainServe: TrainServe;
  readonly requests: LoggedRequests;
  readonly loadTester: LoadTester;
  readonly now: () => Date;
}

export interface ScoredRecord extends ScoredVersion {
  readonly version: VersionRecord;
}

export interface BesideRequest {
  readonly model: string;
  readonly task: ModelFile['task'];
  readonly data: ModelFile['data'];
  readonly spec: EvaluateStage;
  readonly manifest: SnapshotManifest;
  /** The labelled hold-out. */
  readonly table: ColumnTable;
  readonly candidates: readonly ScoredRecord[];
  readonly champion: ScoredRecord | null;
  readonly versions: OpenVersions;
}

const [requestsAtMost, requestDays, requestsForLoad] = [10_000, 30, 50];

/** Leaks and skew, what each candidate answers otherwise than the champion, and how it carries a load. */
export async function lookBeside(
  deps: BesideDependencies,
  request: BesideRequest,
  note: (details: unknown) => void,
): Promise<BesideReport> {
  note({ looking: 'for leaks' });
  const leaks = await leaksOf(deps, request);
  note({ looking: 'at logged requests' });
  const logged = await loggedRequests(deps, request);
  const differences = await differencesOf(request, logged);
  note({ looking: 'at the load that versions carry' });
  const notLoaded = request.spec.load ? commandsOf(request).map(({ version }) => version.version) : [];
  const load = await loadOf(deps, request, logged);
  return { leaks, differences, load, ...(notLoaded.length > 0 ? { notLoaded } : {}) };
}

/** Rules of the stage; a plan that was applied before there were any has the usual ones. */
export function leakRules({ leaks }: { readonly leaks?: EvaluateStage['leaks'] }): EvaluateStage['leaks'] {
  return leaks ?? { act: 'refuse', alone: 0.95, trusted: [] };
}

async function leaksOf(deps: BesideDependencies, request: BesideRequest): Promise<Leak[]> {
  const { model, task, data, spec, manifest, champion } = request;
  const found = findLeaks(task, await deps.leakMeter.measure({ file: { data, task }, manifest }), leakRules(spec));
  const before = champion && (await findManifestOf(deps.store, champion.version));
  return [
    ...found,
    ...(await skewOf(deps, model, manifest)),
    ...(before ? schemaChanges(before.schema, manifest.schema) : []),
  ];
}

/**
 * Features as they were served of late against those that are trained on, by the ids that both have: those of as many days as requests are
 * looked at, up to the end of the hold-out.
 */
async function skewOf({ registry, trainServe, now }: BesideDependencies, model: string, { windows }: SnapshotManifest) {
  const { plan } = await registry.model(model);
  const to = now().toISOString();
  const requests = daysBefore(to);
  const source = daysBefore(windows.holdout.to);
  const tally = await trainServe.compare({ file: plan.file, base: plan.base, source, requests });
  return skewFindings(tally).map(
    ({ column, severity, says }): Leak => ({ code: 'train-serve-skew', column, severity, says }),
  );
}

function daysBefore(to: string): Window {
  return { from: new Date(Date.parse(to) - requestDays * durationMs('1d')).toISOString(), to };
}

async function loggedRequests({ requests, now }: BesideDependencies, { model, candidates, champion }: BesideRequest) {
  const signature = (champion ?? candidates[0])?.version.signature;
  if (!signature) return { rows: 0, columns: {} };
  const before = now().toISOString();
  const asked = { model, features: signature.features, before, days: requestDays, rowsAtMost: requestsAtMost };
  return await requests.last(asked);
}

async function differencesOf(request: BesideRequest, logged: ColumnTable) {
  const { champion, candidates, table, data, spec } = request;
  if (!champion) return [];
  const { classes } = champion.version.signature;
  const slices = Object.fromEntries(spec.slices.map((column) => [column, table.columns[column] ?? []]));
  const heldOut = { ids: table.columns[data.id] ?? [], slices };
  const asked = { ids: logged.columns.id ?? [], slices: {} };
  const before = logged.rows > 0 ? await answersOf(request, champion.version, logged) : null;
  const differences: { version: number; over: 'holdout' | 'requests'; difference: Difference }[] = [];
  for (const { version, scores } of candidates) {
    if (String(version.signature.classes) !== String(classes)) continue;
    const add = (over: 'holdout' | 'requests', old: Scores | null, fresh: Scores | null, rows: typeof heldOut) => {
      if (old && fresh)
        differences.push({ version: version.version, over, difference: differenceOf({ classes }, old, fresh, rows) });
    };
    add('holdout', champion.scores, scores, heldOut);
    if (before) add('requests', before, await answersOf(request, version, logged), asked);
  }
  return differences;
}

/** Null where the version fails on a row. */
async function answersOf(
  { versions }: BesideRequest,
  version: VersionRecord,
  rows: ColumnTable,
): Promise<Scores | null> {
  const { predictor } = await versions.open(version);
  const answered = await predictor.predict(featuresOf(rows, version.signature)).catch(() => null);
  return answered && decidedBy(version, answered);
}

async function loadOf({ store, loadTester }: BesideDependencies, request: BesideRequest, logged: ColumnTable) {
  const { spec, table, data } = request;
  if (!spec.load) return [];
  const { rate, stress } = spec.load;
  const commands = commandsOf(request);
  const records = judgedOf(request).filter((one) => one.scores !== null && !commands.includes(one));
  const versions = await Promise.all(
    // What another server has is loaded there.
    records
      .filter(({ version }) => !isUpstream(version.artifact))
      .map(async ({ version }) => {
        return { version, modelPath: await store.localPath(`${version.artifact}/model.onnx`) };
      }),
  );
  const rows = logged.rows >= requestsForLoad ? logged : withId(table, data.id);
  const plan = { rate, seconds: durationMs(spec.load.for) / 1_000, stress, seed: 1 };
  return await loadTester.run({ versions, rows, plan });
}

const judgedOf = ({ candidates, champion }: BesideRequest) => [...candidates, ...(champion ? [champion] : [])];

function commandsOf(request: BesideRequest): readonly ScoredRecord[] {
  return judgedOf(request).filter(({ version }) => predictCommandOf(version) !== null);
}

function withId({ rows, columns }: ColumnTable, id: string): ColumnTable {
  return { rows, columns: { ...columns, id: columns[id] ?? [] } };
}
