import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { earlierDays, windowDays } from '../src/monitor/days.ts';
import type { ModelFile } from '../src/plan/schema.ts';
import type { Profiles } from '../src/profile/profiles.ts';
import type { Registry } from '../src/registry/registry.ts';
import { championOf } from './champion.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { StoredProfiles } from './stored-profiles.ts';
import { inTurns } from './turns.ts';

interface Dependencies {
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly profiles: Profiles;
}

/** Each holds a database with its own memory limit. */
const profilesAtOnce = 2;

/** What a model file without "check" is checked by. */
export const checkDefaults = { window: '7d', falseAlarmRate: 0.05 } as const;

/** Makes the profiles that a check will need, day by day, on whatever control worker is free. */
export function createProfileActivities(deps: Dependencies) {
  const turn = inTurns(profilesAtOnce);
  return translateErrors({
    /** Days to be profiled before a check as of then: usually one. Makes the champion's reference where there is none yet. */
    async daysToProfile({ model, asOf }: { readonly model: string; readonly asOf: string }): Promise<string[]> {
      return await heartbeating(() =>
        turn(async () => {
          const champion = await championOf(deps, model);
          if (champion === null) return [];
          const stored = new StoredProfiles({ ...deps, source: champion.plan });
          const reference = await stored.reference(champion.snapshot);
          return await stored.missing(reference, daysOfCheck(champion.plan.file, asOf));
        }),
      );
    },

    async profileDays({ model, days }: { readonly model: string; readonly days: readonly string[] }): Promise<void> {
      await heartbeating((note) =>
        turn(async () => {
          const champion = await championOf(deps, model);
          if (champion === null) return;
          const stored = new StoredProfiles({ ...deps, source: champion.plan });
          const reference = await stored.reference(champion.snapshot);
          for (const day of days) {
            note({ day });
            await stored.day(reference, day);
          }
        }),
      );
    },
  });
}

function daysOfCheck({ check }: ModelFile, asOf: string): string[] {
  const { window } = check ?? checkDefaults;
  return [...earlierDays(asOf, window), ...windowDays(asOf, window)];
}
