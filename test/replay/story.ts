import type { Client } from '@temporalio/client';
import type { fakeActivities } from '../workflow/fake-activities.ts';

/** One story of the platform, told on a real server; each of its workflows leaves a history. */
export interface Story {
  readonly fake: ReturnType<typeof fakeActivities>;
  /** Tells the story to its end; the answer says which workflow's history goes into which file. */
  readonly tell: (client: Client) => Promise<Readonly<Record<string, string>>>;
}
