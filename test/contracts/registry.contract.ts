import { afterAll, beforeAll, describe } from 'vitest';
import { describeAlarms } from './registry-alarms.ts';
import { describeChecks } from './registry-checks.ts';
import { describeConsumers } from './registry-consumers.ts';
import type { RegistryUnderTest } from './registry-fixtures.ts';
import { describeHistory } from './registry-history.ts';
import { describeMachines } from './registry-machines.ts';
import { describeMessages } from './registry-messages.ts';
import { describePeople } from './registry-people.ts';
import { describeRaces } from './registry-races.ts';
import { describeRollouts } from './registry-rollouts.ts';
import { describeRuns } from './registry-runs.ts';
import { describeSegments } from './registry-segments.ts';
import { describeShadows } from './registry-shadows.ts';
import { describeStageCache } from './registry-stage-cache.ts';
import { describeVersions } from './registry-versions.ts';

/** What every registry must do, whatever it keeps its rows in. */
export function describeRegistry(
  name: string,
  makeRegistry: (now: () => Date) => Promise<RegistryUnderTest['registry']>,
) {
  describe(`registry on ${name}`, () => {
    let fixed: Date | null = null;
    let made: RegistryUnderTest | undefined;
    const underTest = (): RegistryUnderTest => {
      if (made === undefined) throw new Error('the registry was not made');
      return made;
    };
    beforeAll(async () => {
      const registry = await makeRegistry(() => fixed ?? new Date());
      made = { registry, setNow: (at) => (fixed = at === null ? null : new Date(at)) };
    });
    afterAll(() => made?.registry.close());
    describeRuns(underTest);
    describeVersions(underTest);
    describeRollouts(underTest);
    describeShadows(underTest);
    describeSegments(underTest);
    describeHistory(underTest);
    describeRaces(underTest);
    describeChecks(underTest);
    describeAlarms(underTest);
    describeMessages(underTest);
    describePeople(underTest);
    describeMachines(underTest);
    describeStageCache(underTest);
    describeConsumers(underTest);
  });
}
