import type { Migration } from 'kysely';
import { tables } from './0001-tables.ts';
import { machines } from './0002-machines.ts';
import { meters } from './0003-meters.ts';
import { alarmsAndChecks } from './0004-alarms.ts';
import { overrides } from './0005-overrides.ts';
import { people } from './0006-people.ts';
import { stageCache } from './0007-stage-cache.ts';
import { consumers } from './0008-consumers.ts';
import { thresholds } from './0010-thresholds.ts';
import { shadows } from './0011-shadows.ts';
import { feedback } from './0012-feedback.ts';

/** In the order of their names. A migration that was released is never changed: a new one follows it. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-tables': tables,
  '0002-machines': machines,
  '0003-meters': meters,
  '0004-alarms': alarmsAndChecks,
  '0005-overrides': overrides,
  '0006-people': people,
  '0007-stage-cache': stageCache,
  '0008-consumers': consumers,
  '0010-thresholds': thresholds,
  '0011-shadows': shadows,
  '0012-feedback': feedback,
};
