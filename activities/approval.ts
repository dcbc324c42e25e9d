import { createHash } from 'node:crypto';
import { barredFrom } from '../src/approval/authors.ts';
import type { Barred } from '../src/approval/vote.ts';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { EvaluationReport } from '../src/evaluation/report.ts';
import type { Registry } from '../src/registry/registry.ts';
import { reigningChampion } from './champion.ts';
import { translateErrors } from './failure.ts';

export interface AskedApproval {
  /** sha256 of the report as it is now. */
  readonly evidence: string;
  /** Key of the copy that is kept under this digest. */
  readonly evaluation: string;
  /** Null: nothing passes any more. */
  readonly winner: { readonly candidate: string; readonly version: number } | null;
  readonly barred: readonly Barred[];
}

/** Why an approval is void, and whether the candidates have to be judged again first. */
export interface EvidenceChange {
  readonly why: string;
  readonly judgeAgain: boolean;
}

interface Dependencies {
  readonly registry: Registry;
  readonly store: ObjectStore;
}

/** What an approval rests on: the report, who may release it, and whether it still tells the truth. */
export function createApprovalActivities({ registry, store }: Dependencies) {
  return translateErrors({
    /** Keeps the evidence where nothing overwrites it, and finds out who may not approve. */
    async askApproval(request: {
      readonly run: string;
      readonly model: string;
      readonly stage: string;
      readonly round: number;
      /** Of the report. */
      readonly key: string;
      readonly requestedBy: string;
      readonly fourEyes: boolean;
    }): Promise<AskedApproval> {
      const { run, model, stage, round, requestedBy } = request;
      const bytes = await store.get(request.key);
      const evidence = sha256(bytes);
      const evaluation = `models/${model}/approvals/${run}/${evidence}.json`;
      await store.put(evaluation, bytes);
      const { winner } = JSON.parse(Buffer.from(bytes).toString()) as EvaluationReport;
      const barred = request.fourEyes ? barredFrom(requestedBy, await registry.events(model, { limit: 500 })) : [];
      await registry.addEvent({
        ...{ model, run, kind: 'approval.asked', by: { name: 'perennial', via: 'workflow' } },
        ...(winner ? { version: winner.version } : {}),
        details: { stage, round, evidence, evaluation, barred },
        key: `${run}/${stage}/${round}/asked`,
      });
      return {
        evidence,
        evaluation,
        winner: winner && { candidate: winner.candidate, version: winner.version },
        barred,
      };
    },

    /** Whether what was approved is still what there is; null: it is. */
    async findChange(asked: {
      readonly model: string;
      /** Of the report, and of the copy that was asked about. */
      readonly key: string;
      readonly evaluation: string;
      readonly evidence: string;
    }): Promise<EvidenceChange | null> {
      const now = sha256(await store.get(asked.key));
      if (now !== asked.evidence) {
        const why = `it was judged again (${asked.evidence.slice(0, 12)} became ${now.slice(0, 12)})`;
        return { why, judgeAgain: false };
      }
      const { champion } = JSON.parse(Buffer.from(await store.get(asked.evaluation)).toString()) as EvaluationReport;
      const reigning = await reigningChampion(registry, asked.model);
      const compared = champion && { model: champion.model ?? asked.model, version: champion.version };
      if (compared?.version === reigning?.version && compared?.model === reigning?.model) return null;
      const [before, present] = [compared, reigning].map((one) => named(one, asked.model));
      const why = `the champion it was compared with is ${before}, and now ${present} is`;
      return { why, judgeAgain: true };
    },
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function named(champion: { readonly model: string; readonly version: number } | null, model: string): string {
  if (champion === null) return 'none';
  return champion.model === model ? `v${champion.version}` : `${champion.model}@${champion.version}`;
}
