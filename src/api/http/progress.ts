import type { RunProgress, StageProgress } from '../../../workflows/messages.ts';
import { isPerennialError } from '../../errors/error.ts';
import type { RunRecord, StageRecord } from '../../registry/registry.ts';
import { queryProgress } from '../temporal/runs.ts';
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
      return { progress: await withWaits(context, progress), source: 'workflow' };
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
  return { name: stage, kind, state, attempt, startedAt, endedAt, detail: detailOf(result), result: resultOf(result) };
}

/** A closed stage is kept as `{ detail, result }`. */
function detailOf(kept: unknown): string {
  return isKept(kept) && typeof kept.detail === 'string' ? kept.detail : '';
}

function resultOf(kept: unknown): unknown {
  return isKept(kept) ? (kept.result ?? null) : kept;
}

function isKept(kept: unknown): kept is { readonly detail?: unknown; readonly result?: unknown } {
  return typeof kept === 'object' && kept !== null && 'detail' in kept;
}
