import type { FullObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import { PerennialError } from '../src/errors/error.ts';
import { parseManifest } from '../src/training/checkpoint.ts';
import { type JobName, jobPrefix, resultKey } from '../src/training/keys.ts';
import type { TrainResult } from '../src/training/request.ts';
import { type Work, type Workspace, workIn } from '../src/training/workspace.ts';
import { forgetCheckpoints, objectKey } from './training-checkpoints.ts';
import { modelDigest, publishedResult } from './training-result.ts';

export interface AdoptRequest {
  readonly job: JobName;
  readonly workspace: Workspace;
  /** The machine says that its job is done, so that there has to be a result. */
  readonly isDone: boolean;
}

const atOnce = 8;
/** As many as an attempt keeps itself. */
const checkpointsKept = 2;

/** What a machine has left, moved to where its run keeps it. @throws PRN-RUN-010 */
export async function adoptWork(store: FullObjectStore, request: AdoptRequest): Promise<TrainResult | null> {
  const { job, workspace, isDone } = request;
  const keys = await store.list(`${workspace.prefix}/`);
  const work = workIn(
    keys.map((key) => key.slice(workspace.prefix.length + 1)),
    job,
    workspace.label,
  );
  await adopt(store, workspace.prefix, work.logs);
  const result = (await publishedResult(store, job)) ?? (await adoptResult(store, request, work));
  if (result) await forgetCheckpoints(store, job);
  else if (isDone) throw unusable(request, 'there is none in its workspace');
  else await adoptCheckpoints(store, workspace.prefix, work.checkpoints.slice(0, checkpointsKept));
  await removeAll(store, keys);
  return result;
}

/** Result last, so that what it tells of is there; its own bytes are published that were looked at. */
async function adoptResult(
  store: FullObjectStore,
  { job, workspace, isDone }: AdoptRequest,
  work: Work,
): Promise<TrainResult | null> {
  if (!work.hasResult) return null;
  const text = (await readText(store, `${workspace.prefix}/${resultKey(job)}`)) ?? '';
  const artifact = `${jobPrefix(job)}/${workspace.label}`;
  const told = resultIn(text);
  if (told?.artifact !== artifact) return refuse(isDone, { job, workspace }, `it does not name ${artifact}`);
  await adopt(store, workspace.prefix, work.artifact);
  // Read where the machine can change it no more.
  const digest = await storedDigest(store, artifact);
  if (digest !== told.artifactDigest) {
    await removeAll(store, work.artifact);
    return refuse(isDone, { job, workspace }, `model.onnx is ${digest}, and not ${told.artifactDigest}`);
  }
  const outcome = await store.put(resultKey(job), Buffer.from(text), { ifAbsent: true });
  return outcome === 'written' ? told : await publishedResult(store, job);
}

/** Of model.onnx, or of all files of a model that ONNX does not hold. */
async function storedDigest(store: FullObjectStore, artifact: string): Promise<string> {
  const files = (await store.list(`${artifact}/`)).map((key) => key.slice(artifact.length + 1));
  const model = files.includes('model.onnx') ? ['model.onnx'] : files.filter((file) => file !== 'metrics.json');
  if (model.length === 0) return 'nothing';
  const paths = await Promise.all(
    model.map(async (file) => ({ file, path: await store.localPath(`${artifact}/${file}`) })),
  );
  return await modelDigest(paths);
}

/** A machine that was ended in the middle may leave half a result: then there is none. */
function refuse(isDone: boolean, request: Omit<AdoptRequest, 'isDone'>, why: string): null {
  if (isDone) throw unusable(request, why);
  return null;
}

function unusable({ job, workspace }: Omit<AdoptRequest, 'isDone'>, why: string): PerennialError {
  return new PerennialError('PRN-RUN-010', {
    message: `The result of ${job.stage} of ${job.run} that a machine has left in ${workspace.prefix} is of no use: ${why}.`,
    details: { ...job, workspace: workspace.prefix },
  });
}

function resultIn(text: string): TrainResult | null {
  try {
    return JSON.parse(text) as TrainResult | null;
  } catch {
    return null;
  }
}

/** Whoever goes on from a checkpoint compares it with its manifest, and takes the one before where they differ. */
async function adoptCheckpoints(store: FullObjectStore, prefix: string, manifests: readonly string[]): Promise<void> {
  for (const key of manifests) {
    const manifest = parseManifest((await readText(store, `${prefix}/${key}`)) ?? '');
    const object = manifest && objectKey(key, manifest);
    if (object && (await store.has(`${prefix}/${object}`))) await adopt(store, prefix, [object, key]);
  }
}

/** Those in front are done first. */
export function adopt(store: FullObjectStore, prefix: string, keys: readonly string[]): Promise<void> {
  return someAtOnce(keys, (key) => store.copy(`${prefix}/${key}`, key));
}

export function removeAll(store: FullObjectStore, keys: readonly string[]): Promise<void> {
  return someAtOnce(keys, (key) => store.remove(key));
}

async function someAtOnce(keys: readonly string[], work: (key: string) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < keys.length; start += atOnce)
    await Promise.all(keys.slice(start, start + atOnce).map(work));
}
