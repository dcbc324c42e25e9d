import { createHash } from 'node:crypto';
import type { Judgement } from '../../activities/evaluation.ts';
import type { ObjectStore } from '../../src/artifacts/object-store.ts';
import type { Registry } from '../../src/registry/registry.ts';

const by = { name: 'bench', via: 'workflow' } as const;

/** A version as a trainer would have made it. */
export async function addVersion(registry: Registry, model: string, run: string, candidate: string): Promise<number> {
  const { version } = await registry.addVersion({
    ...{ model, run, candidate, artifact: `${run}/${candidate}`, artifactDigest: 'd', snapshot: 's', seed: 1 },
    signature: { task: 'binary-classification', features: [], classes: [0, 1] },
    ...{ parameters: {}, trainerMetrics: {}, environment: {} },
  });
  return version;
}

/** Instead of an evaluation: the challenger wins against version 1, and its report is small. */
export function judgeAtOnce(registry: Registry, store: ObjectStore) {
  return async ({ run, model }: { readonly run: string; readonly model: string }): Promise<Judgement> => {
    const version = await addVersion(registry, model, run, 'boosted');
    await registry.moveVersion({ model, version, to: 'challenger', by, reason: 'its gates passed', run });
    const winner = { candidate: 'boosted', version };
    const report = { model, run, snapshot: 's', holdoutRows: 1, champion: { version: 1, metrics: {} }, winner };
    const bytes = Buffer.from(JSON.stringify({ ...report, candidates: [] }));
    const key = `models/${model}/evaluations/${run}.json`;
    await store.put(key, bytes);
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { key, digest, verdict: 'pass', winner, champion: 1, headline: 'boosted wins' };
  };
}
