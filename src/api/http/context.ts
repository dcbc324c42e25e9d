import type { Client } from '@temporalio/client';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { StandingJob } from '../../compute/fleet.ts';
import type { TeamWeights } from '../../compute/turn.ts';
import type { PredictionQueries } from '../../predictions/predictions.ts';
import type { Registry } from '../../registry/registry.ts';
import type { TrafficObserver } from '../../rollout/observed.ts';

/** What every route works with. */
export interface ApiContext {
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly temporal: Client;
  /** Base address of Temporal UI, for links; null hides them. */
  readonly temporalUiUrl: string | null;
  readonly gatewayUrl: string | null;
  /** With which senders of messages sign them; null: only tokens are taken. */
  readonly triggerSecret: string | null;
  /** What each team may take of busy standing machines. */
  readonly weights: TeamWeights;
  /** Trainings that wait where nobody listens. */
  readonly unattended: () => Promise<readonly StandingJob[]>;
  /** Reads the request log; null: what the traffic is like is not known here. */
  readonly observer: TrafficObserver | null;
  /** Reads stored predictions; null where this server cannot. */
  readonly queries: PredictionQueries | null;
}

/** Link to one execution in Temporal UI. */
export function temporalLink(context: ApiContext, workflowId: string, runId: string): string | null {
  if (!context.temporalUiUrl) return null;
  const namespace = encodeURIComponent(context.temporal.options.namespace);
  const base = context.temporalUiUrl.replace(/\/$/, '');
  return `${base}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
}
