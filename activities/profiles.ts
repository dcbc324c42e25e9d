import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { daysOfCheck } from '../src/monitor/days.ts';
import { type ColumnGroup, groupsOf } from '../src/profile/column-groups.ts';
import type { ReferenceProfile } from '../src/profile/profile.ts';
import type { Profiles } from '../src/profile/profiles.ts';
import type { Registry } from '../src/registry/registry.ts';
import { championOf } from './champion.ts';
import { rulesOf } from './check-rules.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { StoredProfiles } from './stored-profiles.ts';
import { inTurns } from './turns.ts';
import { isUnreadable } from './unreadable.ts';

interface Dependencies {
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly profiles: Profiles;
}

/** Each holds a database with its own memory limit. */
const profilesAtOnce = 2;

/** What a check needs first. */
export interface ProfilesToMake {
  /** Usually one. */
  readonly days: string[];
  /** In how many groups of columns each of them is profiled. */
  readonly groups: number;
}

export interface DaysOfModel {
  readonly model: string;
  readonly days: readonly string[];
}

/** Makes the profiles that a check will need, day by day, on whatever control worker is free. */
export function createProfileActivities(deps: Dependencies) {
  const turn = inTurns(profilesAtOnce);

  /** Makes the champion's reference where there is none yet. */
  async function profilesToMake({ model, asOf }: { readonly model: string; readonly asOf: string }) {
    return await heartbeating(() =>
      turn(async (): Promise<ProfilesToMake> => {
        const champion = await championOf(deps, model);
        if (champion === null) return { days: [], groups: 1 };
        const check = rulesOf(champion.plan.file, { heldBack: false });
        const stored = new StoredProfiles({ ...deps, source: champion.plan });
        const reference = await stored.reference(champion.snapshot);
        const days = await stored.missing(reference, daysOfCheck(asOf, check.window, check.reference).all);
        return { days, groups: groupsOf(champion.plan.file) };
      }),
    );
  }

  async function eachDay({ model, days }: DaysOfModel, make: Make): Promise<void> {
    await heartbeating((note) =>
      turn(async () => {
        const champion = await championOf(deps, model);
        if (champion === null) return;
        const stored = new StoredProfiles({ ...deps, source: champion.plan });
        const reference = await stored.reference(champion.snapshot);
        for (const day of days) {
          note({ day });
          // A day that cannot be read is told by who measures the check.
          await make(stored, reference, day).catch((error: unknown) => {
            if (!isUnreadable(error)) throw error;
          });
        }
      }),
    );
  }

  return translateErrors({
    profilesToMake,
    /** Asked by checks that began before wide days were profiled in groups. */
    daysToProfile: async (request: { readonly model: string; readonly asOf: string }): Promise<string[]> =>
      (await profilesToMake(request)).days,
    profileDays: (request: DaysOfModel): Promise<void> =>
      eachDay(request, async (stored, reference, day) => {
        await stored.day(reference, day);
      }),
    /** One group of columns of each day: those of a day may be made by several workers at the same time. */
    profileGroup: ({ model, days, ...of }: DaysOfModel & ColumnGroup): Promise<void> =>
      eachDay({ model, days }, (stored, reference, day) => stored.group(reference, day, of)),
    /** Makes one profile of a day's groups. */
    joinGroups: ({ model, days, groups }: DaysOfModel & Pick<ColumnGroup, 'groups'>): Promise<void> =>
      eachDay({ model, days }, (stored, reference, day) => stored.join(reference, day, groups)),
  });
}

type Make = (stored: StoredProfiles, reference: ReferenceProfile, day: string) => Promise<void>;
