import { copyFile, link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { type CheckpointManifest, manifestsIn, parseManifest } from '../src/training/checkpoint.ts';
import { checkpointKey, checkpointsPrefix, type JobName, jobPrefix, newestManifests } from '../src/training/keys.ts';
import { sha256OfFile } from './training-store.ts';

const lookEveryMs = 1_000;
const kept = 2;

export interface CheckpointPlace {
  readonly store: ObjectStore;
  readonly job: JobName;
  /** Label of this attempt. */
  readonly label: string;
  /** The folder that the trainer writes to. */
  readonly folder: string;
  /** Of this attempt, on the same file system as `folder`. */
  readonly aside: string;
}

/** The newest whole checkpoint of any attempt, put into the empty folder; null when there is none. */
export async function restoreCheckpoint({ store, job, folder }: CheckpointPlace): Promise<CheckpointManifest | null> {
  for (const key of newestManifests(await store.list(checkpointsPrefix(job)))) {
    const text = Buffer.from(await store.get(key)).toString();
    const manifest = parseManifest(text);
    if (!manifest) continue;
    const path = join(folder, manifest.object);
    await copyFile(await store.localPath(objectKey(key, manifest)), path);
    if ((await sha256OfFile(path)) === manifest.sha256) {
      await writeFile(join(folder, key.split('/').at(-1) ?? ''), text);
      return manifest;
    }
    await rm(path, { force: true });
  }
  return null;
}

/** Brings each new checkpoint to the object store while the trainer runs: the object first, then its manifest. */
export class CheckpointKeeper {
  readonly #place: CheckpointPlace;
  readonly #uploaded: { readonly manifest: string; readonly object: string }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #working: Promise<void> = Promise.resolve();
  #step: number;
  #storedAt: string | null = null;
  #trouble: unknown = null;

  /** `step`: that of the checkpoint that the folder was filled with. */
  constructor(place: CheckpointPlace, step: number | null) {
    this.#place = place;
    this.#step = step ?? 0;
  }

  /** When this attempt last stored a checkpoint: what came after is lost with the machine. */
  get storedAt(): string | null {
    return this.#storedAt;
  }

  /** Step of the newest checkpoint in the store that this attempt knows; 0 for none. */
  get step(): number {
    return this.#step;
  }

  /** Why the newest checkpoint is not in the store; null when all is well. */
  get trouble(): unknown {
    return this.#trouble;
  }

  start(): void {
    let busy = false;
    this.#timer = setInterval(() => {
      if (busy) return;
      busy = true;
      void this.upload().finally(() => {
        busy = false;
      });
    }, lookEveryMs);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  /** Stores the newest whole checkpoint, if it is new. Never fails: see {@link trouble}. */
  async upload(): Promise<void> {
    this.#working = this.#working.then(async () => {
      try {
        await this.#uploadNewest();
        this.#trouble = null;
      } catch (error) {
        this.#trouble = error;
      }
    });
    await this.#working;
  }

  async #uploadNewest(): Promise<void> {
    const { folder } = this.#place;
    for (const { name, step } of manifestsIn(await readdir(folder).catch(() => []))) {
      if (step <= this.#step) return;
      // Gone when the trainer has meanwhile written a newer one: the next look finds that.
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      const manifest = parseManifest(text);
      const held = manifest ? await this.#hold(manifest) : null;
      if (!manifest || !held) continue;
      await this.#put(name, text, manifest, held);
      this.#step = step;
      this.#storedAt = new Date().toISOString();
      return;
    }
  }

  /** A second name for the object, under which the trainer cannot take it away; null when it is not whole. */
  async #hold({ object, sha256 }: CheckpointManifest): Promise<string | null> {
    const { folder, aside } = this.#place;
    const held = join(aside, object);
    try {
      await mkdir(aside, { recursive: true });
      await rm(held, { force: true });
      await link(join(folder, object), held);
      return (await sha256OfFile(held)) === sha256 ? held : null;
    } catch {
      return null;
    }
  }

  async #put(name: string, text: string, manifest: CheckpointManifest, held: string): Promise<void> {
    const { store, job, label } = this.#place;
    const key = checkpointKey(job, label, name);
    const object = objectKey(key, manifest);
    await store.put(object, { path: held });
    await store.put(key, Buffer.from(text));
    await rm(held, { force: true });
    this.#uploaded.push({ manifest: key, object });
    while (this.#uploaded.length > kept) {
      const old = this.#uploaded.shift();
      // Manifest first: an object without a manifest is rubbish, a manifest without an object would be a lie.
      if (old) await removeAll(store, [old.manifest, old.object]).catch(() => undefined);
    }
  }
}

/** All checkpoints of a job whose result is published. */
export async function forgetCheckpoints(store: ObjectStore, job: JobName): Promise<void> {
  // ".json" before ".zip": manifests go before their objects.
  await removeAll(store, await store.list(checkpointsPrefix(job)));
}

/** Checkpoints of all trials of a sweep: of those that were ended early or waited at a rung nobody else takes them away. */
export async function forgetTrialCheckpoints(store: ObjectStore, stage: Omit<JobName, 'trial'>): Promise<void> {
  const prefix = jobPrefix({ ...stage, trial: null }).slice(0, -'single'.length);
  const keys = await store.list(prefix);
  await removeAll(
    store,
    keys.filter((key) => /^t\d+\/checkpoints\//.test(key.slice(prefix.length))),
  );
}

async function removeAll(store: ObjectStore, keys: readonly string[]): Promise<void> {
  for (const key of keys) await store.remove(key);
}

/** Lies beside its manifest and is named like it, whatever the trainer calls it. */
export function objectKey(manifestKey: string, { object }: CheckpointManifest): string {
  return manifestKey.replace(/\.json$/, extname(object) === '.json' ? '.object' : extname(object) || '.object');
}
