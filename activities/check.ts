import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { ColumnTable, Datasets, SnapshotManifest } from '../src/dataset/dataset.ts';
import { buildCheckReport } from '../src/drift/check-report.ts';
import { compareWindows, defaultMinimumEffect } from '../src/drift/compare-windows.ts';
import { measurePerformance } from '../src/drift/performance.ts';
import type { CheckReport, PerformanceDrift } from '../src/drift/report.ts';
import { labelCodes } from '../src/evaluation/labels.ts';
import type { LoadPredictor } from '../src/gateway/predictor.ts';
import { durationMs } from '../src/plan/duration.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { ModelFile } from '../src/plan/schema.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { dayIndex, featuresOf, yieldNow } from './scoring.ts';
import { inTurns } from './turns.ts';

export interface MeasuredCheck {
  readonly verdict: 'alarm' | 'quiet' | 'no-champion' | 'too-little-data';
  readonly summary: string;
  /** Object key of the CheckReport. */
  readonly evidence: string | null;
  /** Milliseconds by part of the check. */
  readonly durations?: Readonly<Record<string, number>>;
}

interface Dependencies {
  readonly datasets: Datasets;
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly loadPredictor: LoadPredictor;
}

/** Below this a window says nothing, either way. */
const minimumRows = 100;
/** Each holds two windows of data and a loaded champion. */
const checksAtOnce = 4;
const defaults = { window: '7d', falseAlarmRate: 0.01, performance: undefined };

export function createCheckActivities(deps: Dependencies) {
  const turn = inTurns(checksAtOnce);
  return translateErrors({
    /** Compares the window before `asOf` with what the champion learned from, column by column, and its performance with its hold-out's. */
    async measureCheck({ model, asOf }: { readonly model: string; readonly asOf: string }): Promise<MeasuredCheck> {
      const measured = async (): Promise<MeasuredCheck> => {
        const { plan } = await deps.registry.model(model);
        const { stable } = await deps.registry.route(model);
        if (stable === null)
          return {
            verdict: 'no-champion',
            summary: `${model} has no stable version to compare with; train one: perennial retrain ${model}`,
            evidence: null,
          };
        const startedAt = Date.now();
        const report = await measure(deps, plan, await deps.registry.version(model, stable), asOf);
        const evidence = `models/${model}/checks/${asOf.replaceAll(':', '-')}.json`;
        await deps.store.put(evidence, Buffer.from(JSON.stringify(report)));
        const enough = report.current.rows >= minimumRows || report.current.rows === 0;
        const verdict = !enough ? 'too-little-data' : report.alarm ? 'alarm' : 'quiet';
        return { verdict, summary: report.summary, evidence, durations: { measure: Date.now() - startedAt } };
      };
      return await heartbeating(() => turn(measured));
    },
  });
}

async function measure(
  deps: Dependencies,
  { file, base }: CompiledPlan,
  champion: VersionRecord,
  asOf: string,
): Promise<CheckReport> {
  const { window, falseAlarmRate } = file.check ?? defaults;
  const current = { from: new Date(Date.parse(asOf) - durationMs(window)).toISOString(), to: asOf };
  const manifest = await readManifest(deps.store, file.model, champion.snapshot);
  const features = Object.keys(file.data.features);
  const reference = await deps.datasets.readParquet(await deps.store.localPath(manifest.keys.train), features);
  const { table, missingColumns, missingDays, duplicateIds } = await deps.datasets.readWindow({
    file,
    base,
    window: current,
    asOf,
  });
  const { columns } = compareWindows({
    reference,
    current: table,
    features: file.data.features,
    alpha: falseAlarmRate,
    minimumEffect: defaultMinimumEffect,
  });
  return buildCheckReport({
    model: file.model,
    asOf,
    champion: champion.version,
    reference: { ...manifest.windows.train, rows: reference.rows },
    current: { ...current, rows: table.rows },
    alpha: falseAlarmRate,
    minimumEffect: defaultMinimumEffect,
    columns,
    performance: await performanceOf(deps, file, champion, table),
    missingColumns: [...missingColumns],
    missingDays: [...missingDays],
    duplicateIds,
  });
}

async function readManifest(store: ObjectStore, model: string, snapshot: string): Promise<SnapshotManifest> {
  return JSON.parse(
    Buffer.from(await store.get(`models/${model}/snapshots/${snapshot}/snapshot.json`)).toString(),
  ) as SnapshotManifest;
}

/** On the rows whose labels have matured; null where the file asks for no performance check. */
async function performanceOf(
  { store, loadPredictor }: Dependencies,
  file: ModelFile,
  champion: VersionRecord,
  table: ColumnTable,
): Promise<PerformanceDrift | null> {
  const wanted = file.check?.performance;
  if (!wanted) return null;
  const labels = table.columns[file.data.label.column] ?? [];
  const labelled = keepRows(table, (row) => labels[row] !== null && labels[row] !== undefined);
  const predictor = await loadPredictor(await store.localPath(`${champion.artifact}/model.onnx`), champion.signature);
  try {
    // A champion that fails on today's rows says nothing of its quality; the report calls that inconclusive.
    const scores =
      labelled.rows > 0 ? await predictor.predict(featuresOf(labelled, champion.signature)).catch(() => null) : null;
    const { classes } = champion.signature;
    return await measurePerformance({
      task: file.task,
      classes,
      labels: labelCodes(labelled.columns[file.data.label.column] ?? [], classes),
      blocks: dayIndex(labelled.columns[file.data.time] ?? []),
      scores,
      metric: wanted.metric,
      drop: wanted.drop,
      reference: champion.metrics?.[wanted.metric] ?? null,
      waitingForLabels: table.rows - labelled.rows,
      seed: 1,
      yieldNow,
    });
  } finally {
    await predictor.close();
  }
}

function keepRows(table: ColumnTable, keep: (row: number) => boolean): ColumnTable {
  const rows = Array.from({ length: table.rows }, (_, row) => row).filter(keep);
  const pick = (values: readonly (number | string | null)[]) => rows.map((row) => values[row] ?? null);
  return {
    rows: rows.length,
    columns: Object.fromEntries(Object.entries(table.columns).map(([name, values]) => [name, pick(values)])),
  };
}
