import type { FastifyRequest } from 'fastify';
import { decidedGates } from '../../decision/stored.ts';
import { isUpstream } from '../../gateway/served-at.ts';
import type { ModelRecord, Registry, VersionRecord } from '../../registry/registry.ts';
import { mayMove } from '../../registry/transitions.ts';
import { requirePermission } from './auth.ts';

/** What keeps a version from its rollout that a person may overrule: gates that it has not passed, an approval that it does not have. */
export async function hurdlesOf(
  registry: Registry,
  record: ModelRecord,
  found: VersionRecord,
): Promise<readonly string[]> {
  const { model, run, version, state, artifact } = found;
  const decisions = (await registry.decisions(model, run)).filter((each) => each.version === version);
  const held = decidedGates({ decisions }).filter(({ verdict, gate }) => verdict !== 'pass' && !gate.dryRun);
  const approved = decisions.some(({ kind, verdict }) => kind === 'approval' && verdict === 'approved');
  const asks = record.plan.stages.some(({ spec }) => spec.kind === 'approve' && spec.auto !== true);
  const named = [
    // Nobody has scored it: what its plan would have asked of a candidate is overruled.
    ...(isUpstream(artifact) && record.plan.stages.some(({ spec }) => spec.kind === 'evaluate')
      ? ['an evaluation: it is behind an address, and no gate has seen it']
      : []),
    ...held.map(({ name }) => name),
    ...(asks && !approved ? ['the approval that its plan asks for'] : []),
  ];
  return named.length > 0 || mayMove(state, 'canary') ? named : [`the end of an earlier rollout: it is ${state}`];
}

/**
 * The mark is written before the rollout begins, so that none is ever under way without it.
 * @throws PRN-API-002 the caller's roles do not let him
 */
export async function overrule(
  registry: Registry,
  { caller }: FastifyRequest,
  order: {
    readonly found: VersionRecord;
    readonly rollout: string;
    readonly reason: string;
    readonly hurdles: readonly string[];
  },
): Promise<void> {
  requirePermission(caller, 'overrule');
  const { found, rollout, reason, hurdles } = order;
  const { model, version, run, state } = found;
  await registry.recordDecision({
    ...{ run, model, version, kind: 'override', verdict: 'forced', reason },
    by: { name: caller.name, via: caller.via },
    evidence: { rollout, from: state, gates: hurdles, roles: caller.roles },
  });
}
