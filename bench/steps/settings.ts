import { z } from 'zod';

/** What the bench tells its worker, as JSON in its only argument. */
export const workerSettings = z.object({
  address: z.string(),
  queue: z.string(),
  /** Which workflows it serves beside the activity: none, the bare shapes, or those of Perennial with their registry. */
  workflows: z.enum(['none', 'bare', 'perennial']),
  databaseUrl: z.string().default(''),
});

export type WorkerSettings = z.input<typeof workerSettings>;
