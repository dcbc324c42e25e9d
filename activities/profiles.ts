import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { daysOfCheck } from '../src/monitor/days.ts';
import type { Profiles } from '../src/profile/profiles.ts';
import type { Registry } from '../src/registry/registry.ts';
import { championOf } from './champion.ts';
import { rulesOf } from './check-rules.ts';
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
          const check = rulesOf(champion.plan.file, { heldBack: false });
          const stored = new StoredProfiles({ ...deps, source: champion.plan });
          const reference = await stored.reference(champion.snapshot);
          return await stored.missing(reference, daysOfCheck(asOf, check.window, check.reference).all);
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
