import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { readText } from '../src/artifacts/read-text.ts';
import type { SnapshotManifest } from '../src/dataset/dataset.ts';
import type { ModelFile } from '../src/plan/schema.ts';
import { decodeProfile, encodeProfile } from '../src/profile/codec.ts';
import { type ColumnGroup, joinGroups } from '../src/profile/column-groups.ts';
import type { PartitionProfile, ReferenceProfile } from '../src/profile/profile.ts';
import type { ProfileRequest, Profiles } from '../src/profile/profiles.ts';

export interface ProfileSource {
  readonly file: ModelFile;
  /** Folder of the model file. */
  readonly base: string;
}

/** Profiles are made once and kept in the object store: a day's again only when its files have changed. */
export class StoredProfiles {
  readonly #store: ObjectStore;
  readonly #profiles: Profiles;
  readonly #source: ProfileSource;
  /** Asked once: a check sees the files as they were when it began. */
  readonly #digests = new Map<string, string | null>();

  constructor({
    store,
    profiles,
    source,
  }: {
    readonly store: ObjectStore;
    readonly profiles: Profiles;
    readonly source: ProfileSource;
  }) {
    this.#store = store;
    this.#profiles = profiles;
    this.#source = source;
  }

  /** What the champion that was trained on this snapshot has learned from. */
  async reference(snapshot: SnapshotManifest): Promise<ReferenceProfile> {
    const { file } = this.#source;
    const id = this.#profiles.referenceId({ file, snapshot });
    const key = `models/${file.model}/profiles/${id}/reference.json`;
    const known = await readText(this.#store, key);
    if (known !== null) return JSON.parse(known) as ReferenceProfile;
    const reference = await this.#profiles.profileReference({ ...this.#source, snapshot });
    await this.#store.put(key, Buffer.from(JSON.stringify(reference)));
    return reference;
  }

  /** Null: the day has no file. */
  async day(reference: ReferenceProfile, day: string): Promise<PartitionProfile | null> {
    const key = await this.#keyOf(reference, day);
    if (key === null) return null;
    return await this.#keptOrMade(key, { ...this.#source, day, reference });
  }

  /** Keeps the profile of one group of a day's columns, until the groups are joined. */
  async group(reference: ReferenceProfile, day: string, of: ColumnGroup): Promise<void> {
    const key = await this.#keyOf(reference, day);
    if (key !== null && !(await this.#store.has(key))) await this.#groupOf(reference, { day, key, of });
  }

  /** Keeps the profile of a day whose groups are kept; a group that is not, as the files have changed since, is made. */
  async join(reference: ReferenceProfile, day: string, groups: number): Promise<void> {
    const key = await this.#keyOf(reference, day);
    if (key === null) return;
    if (!(await this.#store.has(key))) {
      const parts: (PartitionProfile | null)[] = [];
      for (let group = 0; group < groups; group += 1)
        parts.push(await this.#groupOf(reference, { day, key, of: { group, groups } }));
      const profile = joinGroups(this.#source.file, parts);
      if (profile) await this.#store.put(key, Buffer.from(encodeProfile(profile, reference)));
    }
    for (const part of await this.#store.list(partsOf(key))) await this.#store.remove(part);
  }

  /** Looks at the files of many days at once. */
  async look(days: readonly string[]): Promise<void> {
    const asked = days.filter((day) => !this.#digests.has(day));
    if (asked.length === 0) return;
    const digests = await this.#profiles.digestPartitions({ ...this.#source, days: asked });
    for (const [day, digest] of digests) this.#digests.set(day, digest);
  }

  /** Changes when the files of the day do; null: it has none. */
  async digest(day: string): Promise<string | null> {
    await this.look([day]);
    return this.#digests.get(day) ?? null;
  }

  /** Days with files of which no profile is kept. */
  async missing(reference: ReferenceProfile, days: readonly string[]): Promise<string[]> {
    await this.look(days);
    const missing: string[] = [];
    for (const day of days) {
      const key = await this.#keyOf(reference, day);
      if (key !== null && !(await this.#store.has(key))) missing.push(day);
    }
    return missing;
  }

  async #groupOf(
    reference: ReferenceProfile,
    { day, key, of }: { readonly day: string; readonly key: string; readonly of: ColumnGroup },
  ): Promise<PartitionProfile | null> {
    const part = `${partsOf(key)}${of.group + 1}-of-${of.groups}.json`;
    return await this.#keptOrMade(part, { ...this.#source, day, reference, of });
  }

  async #keptOrMade(key: string, request: ProfileRequest): Promise<PartitionProfile | null> {
    const text = await readText(this.#store, key);
    const kept = text === null ? null : decodeProfile(text, request.reference);
    if (kept) return kept;
    const profile = await this.#profiles.profilePartition(request);
    if (profile) await this.#store.put(key, Buffer.from(encodeProfile(profile, request.reference)));
    return profile;
  }

  async #keyOf({ id }: ReferenceProfile, day: string): Promise<string | null> {
    const digest = await this.digest(day);
    return digest === null ? null : `models/${this.#source.file.model}/profiles/${id}/days/${day}-${digest}.json`;
  }
}

/** Where the groups of a day's profile lie until they are joined. */
function partsOf(key: string): string {
  return `${key.slice(0, -'.json'.length)}/`;
}
