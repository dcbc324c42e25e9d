import type { RunProgress, StageProgress, SweepProgress } from '../../../workflows/messages.ts';
import { isPerennialError } from '../../errors/error.ts';
import type { RunRecord, StageRecord } from '../../registry/registry.ts';
import type { CacheNote } from '../../stage-cache/reason.ts';
import { queryProgress } from '../temporal/runs.ts';
import { sweepProgress } from '../temporal/sweeps.ts';
import type { ApiContext } from './context.ts';

export interface ReadProgress {
  readonly progress: RunProgress;
  readonly source: 'workflow' | 'registry';
}

/** Live from the workflow while the run is open; from the registry once it is closed, or when no worker answers. */
export async function readProgress(context: ApiContext, record: RunRecord): Promise<ReadProgress> {
  if (record.endedAt === null) {
    try {
      const progress = await queryProgress(context.temporal, record);
      const told = await withSweeps(context, record, await withWaits(context, progress));
      return { progress: told, source: 'workflow' };
    } catch (error) {
      if (!isPerennialError(error)) throw error;
    }
  }
  const stages = await context.registry.stages(record.run);
  return { progress: progressOf(record, stages), source: 'registry' };
}

/** Before that, the machine may just be about to take the training up. */
const patienceMs = 5_000;

/** A training that nobody will take up says so: the workflow itself cannot know who listens. */
async function withWaits({ unattended }: ApiContext, progress: RunProgress): Promise<RunProgress> {
  const since = Date.now() - patienceMs;
  const maybeStuck = ({ kind, state, startedAt }: StageProgress) =>
    kind === 'train' && state === 'running' && startedAt !== null && Date.parse(startedAt) < since;
  if (!progress.stages.some(maybeStuck)) return progress;
  const jobs = (await unattended()).filter(({ run }) => run === progress.run);
  const stages = progress.stages.map((stage) => {
    const job = jobs.find((each) => each.stage === stage.name);
    return job ? { ...stage, detail: `no training worker listens on queue ${job.queue}: perennial fleet` } : stage;
  });
  return { ...progress, stages };
}

/** A stage with a sweep says how far it is; the run's own workflow is not told of every trial. */
async function withSweeps({ temporal, registry }: ApiContext, record: RunRecord, progress: RunProgress) {
  const isQuiet = ({ kind, state, detail }: StageProgress) => kind === 'train' && state === 'running' && detail === '';
  if (!progress.stages.some(isQuiet)) return progress;
  const { plan } = await registry.model(record.model);
  const swept = new Set(plan.stages.flatMap(({ name, spec }) => (spec.kind === 'train' && spec.sweep ? [name] : [])));
  const stages = await Promise.all(
    progress.stages.map(async (stage) => {
      if (!isQuiet(stage) || !swept.has(stage.name)) return stage;
      const key = { record, stage: stage.name, attempt: stage.attempt };
      const standing = await sweepProgress(temporal, key, 2_000).catch(() => null);
      return standing ? { ...stage, detail: sweepLine(standing) } : stage;
    }),
  );
  return { ...progress, stages };
}

function sweepLine({ state, finished, planned, failed, best, metric, running, detail }: SweepProgress): string {
  const parts = [
    `trial ${finished}/${planned}`,
    state === 'running' ? `${running.length} running` : detail,
    failed > 0 ? `${failed} failed` : '',
    best ? `best ${metric} ${best.value.toFixed(4)}` : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function progressOf(record: RunRecord, stages: readonly StageRecord[]): RunProgress {
  const { run, model, asOf, trigger, endedAt, outcome, summary, version } = record;
  const closed = endedAt !== null && outcome !== null;
  return {
    run,
    model,
    asOf,
    trigger,
    state: closed ? 'closed' : 'running',
    stages: stages.map(stageOf),
    approval: null,
    result: closed ? { run, outcome, version, summary: summary ?? '' } : null,
  };
}

function stageOf({ stage, kind, state, attempt, startedAt, endedAt, result }: StageRecord): StageProgress {
  const told = { name: stage, kind, state, attempt, startedAt, endedAt };
  const cache = isKept(result) ? result.cache : undefined;
  return { ...told, detail: detailOf(result), result: resultOf(result), ...(cache ? { cache } : {}) };
}

/** A closed stage is kept as `{ detail, result, cache }`. */
function detailOf(kept: unknown): string {
  return isKept(kept) && typeof kept.detail === 'string' ? kept.detail : '';
}

function resultOf(kept: unknown): unknown {
  return isKept(kept) ? (kept.result ?? null) : kept;
}

function isKept(
  kept: unknown,
): kept is { readonly detail?: unknown; readonly result?: unknown; readonly cache?: CacheNote } {
  return typeof kept === 'object' && kept !== null && 'detail' in kept;
}
