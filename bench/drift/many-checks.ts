import { Client } from 'pg';
import type { NewCheck } from '../../src/alarm/check-record.ts';
import { findingKinds } from '../../src/alarm/finding.ts';
import type { ColumnDrift } from '../../src/drift/report.ts';
import type { CheckReport } from '../../src/monitor/report.ts';
import { modelFile } from '../../src/plan/schema.ts';
import type { Registry } from '../../src/registry/registry.ts';

export interface Filled {
  /** The one with many checks. */
  readonly model: string;
  readonly days: readonly string[];
  readonly models: readonly string[];
}

/** The sizes of a large installation: one model that was checked for years, and many others. */
export async function fillRegistry(
  registry: Registry,
  connectionString: string,
  { models, checks, othersChecks }: { readonly models: number; readonly checks: number; readonly othersChecks: number },
): Promise<Filled> {
  const names = Array.from({ length: models }, (_, at) => `model-${String(at).padStart(4, '0')}`);
  for (const name of names) await registry.applyModel(planOf(name), { name: 'bench', via: 'api' });
  const [model = ''] = names;
  const start = Date.UTC(2010, 0, 1);
  const days = Array.from({ length: checks }, (_, at) => new Date(start + at * 86_400_000).toISOString());
  for (const name of names) await registry.recordCheck(checkOf(name, days.at(-1) ?? ''));
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(copies('model = $1 and', checks - 1), [model]);
    await client.query(copies('model <> $1 and', othersChecks - 1), [model]);
  } finally {
    await client.end();
  }
  return { model, days, models: names };
}

/** Every model has one check, as the registry writes it: the days before it are its copies. */
function copies(which: string, count: number): string {
  return `insert into check_record
    select model, as_of - n * interval '1 day', verdict, summary, evidence, champion, findings, judged, measures,
      durations, trigger, execution, moves, at
    from check_record, generate_series(1, ${count}) n
    where ${which} as_of = (select max(as_of) from check_record)`;
}

export async function bytesPerRow(connectionString: string): Promise<number> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const asked = 'select pg_total_relation_size($1) / count(*)::float8 as bytes from check_record';
    const { rows } = await client.query<{ readonly bytes: number }>(asked, ['check_record']);
    return rows[0]?.bytes ?? 0;
  } finally {
    await client.end();
  }
}

export function checkOf(model: string, asOf: string): NewCheck {
  const { findings, judged, columns, summary } = reportOf(model, asOf);
  const measures = columns.flatMap(({ column, effect, missing }): [string, number | null][] => [
    [`drift.effect/${column}`, effect],
    [`quality.missing_share/${column}`, missing.current],
  ]);
  return {
    ...{ model, asOf, verdict: 'alarm', summary, champion: null, findings, judged },
    ...{ measures: Object.fromEntries(measures), evidence: `models/${model}/checks/${asOf}.json` },
    ...{ durations: { measure: 812 }, trigger: { kind: 'schedule', by: 'schedule' } },
    ...{ workflowId: `check:${model}:${asOf}`, temporalRunId: 'bench' },
  };
}

type Shown = Pick<
  CheckReport,
  'model' | 'asOf' | 'champion' | 'current' | 'columns' | 'findings' | 'judged' | 'summary'
>;

/** What of a report grows with the data: 25 columns with their histograms, a fifth of them moved. */
export function reportOf(model: string, asOf: string): Shown {
  const columns = Array.from({ length: 25 }, (_, at) => columnOf(at));
  const moved = columns.filter(({ drifted }) => drifted);
  return {
    ...{ model, asOf, champion: 1, columns, judged: findingKinds },
    current: { from: asOf, to: asOf, rows: 7_000 },
    findings: moved.map(({ column, effect, findings }) => ({
      ...{ kind: 'drift', code: 'shifted', column, segment: null, severity: 'warning', size: effect ?? 0 },
      says: `${column} ${findings.join('; ')}`,
    })),
    summary: `${moved[0]?.column} moved (W1/sd 0.21), and ${moved.length - 1} more`,
  };
}

function columnOf(at: number): ColumnDrift {
  const drifted = at % 5 === 0;
  const bins = Array.from({ length: 24 }, (_, bin) => 1_000 + ((bin * 7_919 + at * 104_729) % 5_003));
  const effect = drifted ? 0.21 + at / 50 : 0.013;
  return {
    ...{ column: `column-${String(at).padStart(2, '0')}`, kind: 'numeric', test: 'ks', statistic: 0.083, effect },
    ...{ pValue: 0.000_012_34, adjustedP: 0.000_617, effectName: 'w1/sd', newCategories: [], outOfRange: 0, drifted },
    missing: { reference: 0.012, current: 0.014, pValue: 0.4, adjustedP: 1 },
    histogram: {
      labels: bins.map((count, bin) => `${bin}.25 to ${count}`),
      reference: bins,
      current: bins.toReversed(),
    },
    findings: drifted ? [`moved: mean 12.1 → 14.9 (W1/sd ${effect.toFixed(2)}, p = 0.0006)`] : [],
  };
}

function planOf(model: string) {
  const file = modelFile.parse({
    ...{ model, task: 'regression' },
    data: {
      ...{ source: { format: 'parquet', uri: 'file:data.parquet' }, time: 'at', id: 'id', label: { column: 'y' } },
      features: { a: { type: 'numeric' } },
    },
    plan: { snapshot: { kind: 'snapshot', window: '90d', holdout: '14d' } },
  });
  return { digest: model, base: '/models', file, stages: [] };
}
