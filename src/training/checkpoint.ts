import { z } from 'zod';

/**
 * The manifest `step-<n>.json` that a trainer writes beside a checkpoint once that is whole. What else it holds is the trainer's
 * own. Checkpoints with such a manifest outlive their machine.
 */
export const checkpointManifest = z.looseObject({
  step: z.int().min(0),
  /** Name of the file beside the manifest. */
  object: z.string().regex(/^[A-Za-z0-9][\w.-]{0,200}$/),
  /** Hex SHA-256 of that file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export type CheckpointManifest = z.output<typeof checkpointManifest>;

/** Null for what is no manifest, or is cut off. */
export function parseManifest(text: string): CheckpointManifest | null {
  try {
    return checkpointManifest.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Steps of the manifests among the files of a checkpoint folder, highest first. */
export function manifestsIn(files: readonly string[]): { readonly name: string; readonly step: number }[] {
  return files
    .flatMap((name) => {
      const [, step] = /^step-(\d+)\.json$/.exec(name) ?? [];
      return step === undefined ? [] : [{ name, step: Number(step) }];
    })
    .sort((a, b) => b.step - a.step);
}
