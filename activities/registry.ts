import type { Outcome } from '../src/approval/outcome.ts';
import type { CountedVote } from '../src/approval/vote.ts';
import { type TeamWeights, type Turn, turnOf } from '../src/compute/turn.ts';
import { PerennialError } from '../src/errors/error.ts';
import { signatureOf } from '../src/gateway/signature.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { Feature, ParameterValue, Priority, Task } from '../src/plan/schema.ts';
import { smokePlan } from '../src/plan/smoke.ts';
import type { Actor, Registry, RunOutcome, RunRecord, Trigger } from '../src/registry/registry.ts';
import type { TrainingRecord } from '../src/reproduce/record.ts';
import { requireServable } from '../src/rollout/servable.ts';
import type { CacheNote } from '../src/stage-cache/reason.ts';
import type { TrainResult } from '../src/training/request.ts';
import { translateErrors } from './failure.ts';

export interface StageSummary {
  readonly name: string;
  readonly kind: string;
  readonly state: string;
  readonly attempt: number;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly detail: string;
  readonly result: unknown;
  readonly cache?: CacheNote;
}

const workflow: Actor = { name: 'perennial', via: 'workflow' };

export interface RegistryDependencies {
  readonly registry: Registry;
  /** What each team may take of busy standing machines. */
  readonly weights?: TeamWeights;
}

/** What workflows write into the registry. All of it is idempotent: the registry knows every write by its natural key. */
export function createRegistryActivities({ registry, weights = new Map() }: RegistryDependencies) {
  return translateErrors({
    /** The plan is read once, at the start; a file applied later changes the next run. */
    async openRun(request: {
      readonly model: string;
      readonly asOf: string;
      readonly trigger: Trigger;
      readonly plan?: CompiledPlan;
      readonly smoke?: boolean;
      readonly priority?: Priority;
      readonly workflowId: string;
      readonly temporalRunId: string;
    }): Promise<{ run: RunRecord; plan: CompiledPlan; turn?: Turn }> {
      const applied = request.plan ?? (await registry.model(request.model)).plan;
      const plan = request.smoke ? smokePlan(applied) : applied;
      const { model, asOf, trigger, workflowId, temporalRunId } = request;
      const planDigest = plan.digest;
      const run = await registry.openRun({ model, asOf, trigger, workflowId, temporalRunId, planDigest });
      if (trigger.kind === 'alarm') await registry.linkAlarms(model, run.run);
      return { plan, run, turn: turnOf(plan.file, weights, request.priority) };
    },

    async closeRun({
      run,
      outcome,
      summary,
      version,
      stages,
    }: {
      readonly run: string;
      readonly outcome: RunOutcome;
      readonly summary: string;
      readonly version: number | null;
      readonly stages: readonly StageSummary[];
    }): Promise<void> {
      const ended = stages.flatMap(({ name, kind, attempt, state, detail, result, cache, startedAt, endedAt }) => {
        if (state !== 'passed' && state !== 'failed' && state !== 'skipped') return [];
        const times = { ...(startedAt ? { startedAt } : {}), ...(endedAt ? { endedAt } : {}) };
        return [
          {
            stage: name,
            kind,
            attempt,
            state,
            result: { detail, result, ...(cache ? { cache } : {}) },
            ...times,
          } as const,
        ];
      });
      await registry.recordStages(run, ended);
      await registry.closeRun(run, outcome, summary, version);
    },

    async addCandidate(request: {
      readonly run: string;
      readonly model: string;
      readonly candidate: string;
      readonly features: Readonly<Record<string, Feature>>;
      readonly task: Task;
      readonly trained: TrainResult;
      readonly record?: TrainingRecord;
    }): Promise<{ version: number }> {
      const { run, model, candidate, trained } = request;
      const { version } = await registry.addVersion({
        run,
        model,
        candidate,
        artifact: trained.artifact,
        artifactDigest: trained.artifactDigest,
        signature: signatureOf(request.task, request.features, trained.classes),
        snapshot: trained.snapshot,
        parameters: trained.parameters,
        seed: trained.seed,
        trainerMetrics: trained.metrics,
        environment: trained.environment,
        record: request.record ?? null,
      });
      return { version };
    },

    /** Of the stable version, where the same stage made it: trial 0 of the next sweep. */
    async championParameters(
      model: string,
      candidate: string,
    ): Promise<Readonly<Record<string, ParameterValue>> | null> {
      const { stable } = await registry.route(model);
      if (stable === null) return null;
      const champion = await registry.version(model, stable);
      return champion.candidate === candidate ? (champion.parameters as Record<string, ParameterValue>) : null;
    },

    async promoteFirst(request: {
      readonly run: string;
      readonly model: string;
      readonly version: number;
      readonly reason: string;
    }): Promise<void> {
      requireServable(await registry.version(request.model, request.version));
      const moved = await registry.promoteFirst({ ...request, by: workflow });
      if (!moved.ok)
        throw new PerennialError('PRN-ROLLOUT-002', {
          message: `${request.model}@${request.version} could not become the first stable version: ${moved.why}.`,
        });
    },

    async recordApproval(request: {
      readonly run: string;
      readonly model: string;
      readonly version: number;
      readonly evidence: string;
      /** Key of the report that was seen; absent of runs before votes were kept, as are round and votes. */
      readonly evaluation?: string;
      readonly round?: number;
      readonly decision: Outcome & { readonly votes?: readonly CountedVote[] };
    }): Promise<void> {
      const { run, model, version, evidence, evaluation, round, decision } = request;
      const by: Actor = { name: decision.by, via: decision.via };
      await registry.recordDecision({
        run,
        model,
        version,
        kind: 'approval',
        verdict: decision.verdict,
        by,
        reason: decision.reason,
        evidence: { digest: evidence, evaluation, round, votes: decision.votes },
      });
      if (decision.verdict === 'rejected')
        await registry.moveVersion({ model, version, to: 'rejected', by, reason: decision.reason, run });
    },

    async recordEvent(event: Parameters<Registry['addEvent']>[0]): Promise<void> {
      await registry.addEvent(event);
    },
  });
}
