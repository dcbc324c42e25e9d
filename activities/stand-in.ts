import { standInName } from '../src/registry/fallback.ts';
import type { Registry, VersionRecord } from '../src/registry/registry.ts';
import { reigningChampion } from './champion.ts';

/**
 * The global champion, registered as a version of the segment's own model, so that the segment's first version has a champion to be rolled out
 * against. The same one again for the same run. Undefined where none is needed: the model has a stable version, or is no segment.
 */
export async function standInFor(registry: Registry, { model, run }: VersionRecord): Promise<number | undefined> {
  const champion = await reigningChampion(registry, model);
  if (champion === null || champion.model === model) return undefined;
  const { threshold } = champion;
  const { version } = await registry.addVersion({
    ...{ model, run, candidate: standInName(champion.model, champion.version) },
    ...{ artifact: champion.artifact, artifactDigest: champion.artifactDigest, signature: champion.signature },
    ...{ snapshot: champion.snapshot, parameters: champion.parameters, seed: champion.seed },
    ...{ trainerMetrics: champion.trainerMetrics, environment: champion.environment, record: champion.record },
  });
  if (threshold) await registry.setThreshold({ model, version, run, threshold });
  return version;
}
