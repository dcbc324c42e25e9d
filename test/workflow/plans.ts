import type { CompiledPlan, PlannedStage } from '../../src/plan/plan.ts';
import { modelFile, type Stage, type TrainStage } from '../../src/plan/schema.ts';
import { type TrainRequest, trainRequest } from '../../src/training/request.ts';

type StageInput = { readonly kind: Stage['kind'] } & Readonly<Record<string, unknown>>;

/** A compiled plan of these stages, each needing the one before it unless `needs` says otherwise. */
export function aPlan(
  stages: Readonly<Record<string, StageInput>>,
  rest: Readonly<Record<string, unknown>> = {},
): CompiledPlan {
  const file = modelFile.parse({
    model: 'm',
    task: 'binary-classification',
    data: {
      source: { format: 'parquet', uri: 'data.parquet' },
      time: 't',
      id: 'id',
      label: { column: 'y' },
      features: { x: { type: 'numeric' } },
    },
    plan: stages,
    ...rest,
  });
  const names = Object.keys(file.plan);
  const planned = names.map((name, at): PlannedStage => {
    const spec = file.plan[name] as Stage;
    return { name, needs: spec.needs ?? names.slice(Math.max(0, at - 1), at), spec };
  });
  return { digest: 'digest', base: '/', file, stages: planned };
}

export const approve = { kind: 'approve', by: ['approver'], within: '7d' } as const;
export const evaluate = { kind: 'evaluate', gates: [{ metric: 'auc', atLeast: 0.65 }] } as const;
export const rollout = {
  kind: 'rollout',
  shadow: '1h',
  steps: [{ weight: 0.05, for: '1h' }, { weight: 1 }],
  gates: [{ metric: 'errorRate' }],
} as const;
export const snapshot = { kind: 'snapshot', window: '90d', holdout: '14d' } as const;
export const train = { kind: 'train', trainer: 'xgboost' } as const;

/** The job of one training, as a run would ask for it. */
export function aTrainRequest(change: Partial<TrainRequest> = {}): TrainRequest {
  const plan = aPlan({ snapshot, boosted: train });
  const spec = plan.file.plan.boosted as TrainStage;
  const rows = { train: 100, validation: 10, holdout: 10 };
  const ref = { id: 'snap', key: 'models/m/snapshots/snap/snapshot.json', rows };
  return {
    ...trainRequest({ run: { run: 'm-r1', model: 'm' }, plan, stage: 'boosted', spec, snapshot: ref }),
    ...change,
  };
}
