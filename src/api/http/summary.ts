import type { AlarmRecord } from '../../alarm/alarm.ts';
import type { ModelRecord, Route, RunRecord } from '../../registry/registry.ts';
import type { ModelDetail, ModelSummary } from '../wire.ts';
import type { ApiContext } from './context.ts';
import { readProgress } from './progress.ts';

const runsShown = 20;

/** One line per model: what is live, what is open, what waits. */
export async function summarise(context: ApiContext, record: ModelRecord, route: Route): Promise<ModelSummary> {
  const { registry } = context;
  const [alarms, runs] = await Promise.all([
    registry.alarms({ model: record.model, open: true }),
    registry.runs(record.model, 5),
  ]);
  return await summary(context, { record, route, alarms, runs });
}

/** Everything that a page about one model shows. */
export async function describeModel(context: ApiContext, model: string): Promise<ModelDetail> {
  const { registry } = context;
  const record = await registry.model(model);
  const [route, versions, alarms, runs] = await Promise.all([
    registry.route(model),
    registry.versions(model),
    registry.alarms({ model }),
    registry.runs(model, runsShown),
  ]);
  return { ...(await summary(context, { record, route, alarms, runs })), record, versions, alarms, runs };
}

interface Parts {
  readonly record: ModelRecord;
  readonly route: Route;
  readonly alarms: readonly AlarmRecord[];
  readonly runs: readonly RunRecord[];
}

async function summary(context: ApiContext, { record, route, alarms, runs }: Parts): Promise<ModelSummary> {
  const open = runs.find(({ endedAt }) => endedAt === null);
  const live = open ? await readProgress(context, open) : null;
  return {
    model: record.model,
    owner: record.plan.file.owner ?? null,
    task: record.plan.file.task,
    revision: record.revision,
    route,
    openAlarms: alarms.filter(({ closedAt }) => closedAt === null),
    lastRun: runs[0] ?? null,
    runState: live?.source === 'workflow' ? live.progress.state : null,
    approval: live?.progress.approval ?? null,
  };
}
