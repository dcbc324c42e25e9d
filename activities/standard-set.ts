import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { ColumnTable, Datasets, SnapshotManifest } from '../src/dataset/dataset.ts';
import { findManifestOf } from '../src/dataset/stored-manifest.ts';
import { PerennialError } from '../src/errors/error.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import { computeMetrics } from '../src/evaluation/metrics.ts';
import type { StandardReport } from '../src/evaluation/report.ts';
import type { ModelFile, Task } from '../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import { readHoldout } from './holdout.ts';
import type { OpenVersion } from './open-versions.ts';
import { decidedBy, featuresOf } from './scoring.ts';

interface Dependencies {
  readonly datasets: Datasets;
  readonly registry: Pick<Registry, 'model'>;
  readonly store: ObjectStore;
}

type Asked = Pick<OpenVersion, 'version' | 'predictor'>;

interface StandardRequest {
  readonly model: string;
  readonly task: Task;
  readonly data: ModelFile['data'];
  /** Of the run that asks. */
  readonly manifest: SnapshotManifest;
  readonly versions: readonly Asked[];
}

/**
 * Every version on the model's standard rows. The first run that asks freezes them in the object store; later ones read what it kept, whatever
 * has become of their source. Undefined for a model without a standard set.
 * @throws PRN-EVALUATION-009 a set without labelled rows
 */
export async function standardReport(
  deps: Dependencies,
  request: StandardRequest,
): Promise<StandardReport | undefined> {
  if (request.data.standard === undefined) return undefined;
  const kept = await keptSet(deps, request);
  const days = (kept.table.columns[request.data.time] ?? []).map((time) => String(time));
  const versions = [];
  for (const open of request.versions)
    versions.push({
      version: open.version.version,
      metrics: await metricsOn(request, open, kept.table),
      seenInTraining: await seenShare(deps.store, open.version, days),
    });
  const [from, to] = [days[0] ?? '', days.at(-1) ?? ''];
  return { id: kept.id, rows: kept.table.rows, from, to, versions };
}

interface KeptSet {
  /** sha256 of the rows as they are kept. */
  readonly id: string;
  readonly table: ColumnTable;
}

/** Named by how it is defined, so that a plan with another definition gets another set. */
async function keptSet(deps: Dependencies, request: StandardRequest): Promise<KeptSet> {
  const { store } = deps;
  const { model, data } = request;
  const definition = createHash('sha256').update(JSON.stringify(data.standard)).digest('hex').slice(0, 16);
  const key = `models/${model}/standard/${definition}.json.gz`;
  if (!(await store.has(key))) {
    const bytes = await promisify(gzip)(JSON.stringify(await labelledRows(deps, request)));
    // Two runs at once: the first one's rows stay.
    await store.put(key, bytes, { ifAbsent: true });
  }
  const text = await promisify(gunzip)(await store.get(key));
  return { id: createHash('sha256').update(text).digest('hex'), table: JSON.parse(text.toString()) as ColumnTable };
}

async function labelledRows(deps: Dependencies, request: StandardRequest): Promise<ColumnTable> {
  const { data } = request;
  const table = await standardRows(deps, request);
  const labels = table.columns[data.label.column] ?? [];
  const kept = labels.flatMap((label, row) => (label === null ? [] : [row]));
  if (kept.length === 0)
    throw new PerennialError('PRN-EVALUATION-009', {
      message: `The standard set of ${request.model}, ${JSON.stringify(data.standard)}, has ${table.rows} rows, none of them with a label.`,
    });
  const columns = Object.entries(table.columns).map(([name, values]) => [name, kept.map((row) => values[row] ?? null)]);
  return { rows: kept.length, columns: Object.fromEntries(columns) };
}

async function standardRows(deps: Dependencies, { model, data, manifest }: StandardRequest): Promise<ColumnTable> {
  const { standard } = data;
  if (standard === undefined || standard === 'first-holdout') return await readHoldout(deps, manifest, data.id);
  const { plan } = await deps.registry.model(model);
  const source = standard.source ?? data.source;
  const { table } = await deps.datasets.readWindow({
    file: { ...plan.file, data: { ...data, source } },
    base: plan.base,
    window: { from: `${standard.from}T00:00:00.000Z`, to: `${standard.to}T00:00:00.000Z` },
    // Whatever is in the set is meant to be known.
    asOf: '9999-01-01T00:00:00.000Z',
  });
  return table;
}

/** Metrics of the task, from the artifact that is served; empty for a model that fails on the rows. */
async function metricsOn(
  { task, data }: StandardRequest,
  { version, predictor }: Asked,
  table: ColumnTable,
): Promise<Readonly<Record<string, number | null>>> {
  const { signature } = version;
  const labels = labelCodes(table.columns[data.label.column] ?? [], signature.classes);
  try {
    const scores = decidedBy(version, await predictor.predict(featuresOf(table, signature)));
    return computeMetrics(task, labels, scores, signature.classes);
  } catch {
    return {};
  }
}

/** Share of the rows from the days of the version's training and validation parts; null where its snapshot is gone. */
async function seenShare(store: ObjectStore, version: VersionRecord, times: readonly string[]): Promise<number | null> {
  const manifest = await findManifestOf(store, version);
  if (manifest === null) return null;
  const { windows } = manifest;
  const [from, to] = [Date.parse(windows.train.from), Date.parse(windows.validation.to)];
  const seen = times.filter((time) => Date.parse(time) >= from && Date.parse(time) < to).length;
  return times.length > 0 ? seen / times.length : 0;
}
