import type { CandidateEvaluation, EvaluationReport } from '../src/evaluation/report.ts';
import type { Actor, Registry } from '../src/registry/registry.ts';
import { isBeforeTraffic } from '../src/registry/transitions.ts';

const workflow: Actor = { name: 'perennial', via: 'workflow' };

/**
 * Keeps what the gates say of a candidate and moves it. A candidate that is judged again has perhaps been rejected before, or somebody has
 * rolled it out by force meanwhile: where it stands then is decided by its rollout, and the verdict is kept all the same.
 *
 * @throws PRN-REGISTRY-004 where people have turned the version down and the gates would let it pass
 */
export async function recordVerdict(
  registry: Registry,
  { run, model }: Pick<EvaluationReport, 'run' | 'model'>,
  candidate: Pick<CandidateEvaluation, 'version' | 'verdict' | 'metrics' | 'gates'>,
  { key, digest, smoke }: { readonly key: string; readonly digest: string; readonly smoke: boolean },
): Promise<void> {
  const { version, verdict, metrics, gates } = candidate;
  await registry.recordEvaluation({ run, model, version, metrics, key, verdict });
  const reason =
    gates
      .filter((gate) => gate.verdict !== 'pass' && !gate.gate.dryRun)
      .map((gate) => gate.name)
      .join('; ') || 'every gate passed';
  await registry.recordDecision({
    run,
    model,
    version,
    kind: 'gates',
    verdict,
    by: workflow,
    reason,
    evidence: { evaluation: key, digest, gates },
  });
  if (smoke || !isBeforeTraffic((await registry.version(model, version)).state)) return;
  await registry.moveVersion({
    model,
    version,
    to: verdict === 'pass' ? 'challenger' : 'rejected',
    by: workflow,
    reason,
    run,
  });
}
