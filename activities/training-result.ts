import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { HardwareByDevice } from '../src/training/hardware.ts';
import { type JobName, jobPrefix, resultKey } from '../src/training/keys.ts';
import type { TrainerOutcome } from '../src/training/outcome.ts';
import type { TrainRequest, TrainResult } from '../src/training/request.ts';
import { sha256OfFile } from './training-store.ts';

export type Done = Extract<TrainerOutcome, { kind: 'done' }>;

/** What an earlier attempt has published; null when none has. */
export async function publishedResult(store: ObjectStore, job: JobName): Promise<TrainResult | null> {
  const key = resultKey(job);
  return (await store.has(key)) ? (JSON.parse(Buffer.from(await store.get(key)).toString()) as TrainResult) : null;
}

/** Uploads below a prefix of this attempt, then publishes by put-if-absent: whoever comes second reads the first. */
export async function publish(
  store: ObjectStore,
  request: TrainRequest,
  label: string,
  done: Done,
  hardware?: HardwareByDevice,
): Promise<TrainResult> {
  const artifact = `${jobPrefix(request)}/${label}`;
  for (const file of done.files) {
    const path = resolve(done.folder, file);
    await store.put(`${artifact}/${relative(done.folder, path).replaceAll('\\', '/')}`, { path });
  }
  const { classes, parameters, metrics, environment, device, folds } = done.report;
  const result: TrainResult = {
    artifact,
    artifactDigest: await modelDigest(done.model.map((file) => ({ file, path: resolve(done.folder, file) }))),
    classes,
    parameters,
    seed: request.seed,
    snapshot: request.snapshot.id,
    metrics,
    environment,
    device,
    seconds: done.seconds,
    ...(folds.length > 0 ? { folds } : {}),
    ...(hardware ? { hardware: hardware[device] } : {}),
  };
  const outcome = await store.put(resultKey(request), Buffer.from(JSON.stringify(result)), { ifAbsent: true });
  return outcome === 'written' ? result : ((await publishedResult(store, request)) ?? result);
}

/** Of model.onnx; of several files that of their names and digests, as sha256sum lists them. */
export async function modelDigest(model: readonly { readonly file: string; readonly path: string }[]): Promise<string> {
  const digests = await Promise.all(model.map(({ path }) => sha256OfFile(path)));
  if (model.length === 1 && model[0]?.file === 'model.onnx') return digests[0] ?? '';
  const lines = model.map(({ file }, at) => `${digests[at]}  ${file}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
