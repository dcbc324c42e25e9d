import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';

/** Everything that a program reads from its environment, in one place. Temporal's own variables are read by @temporalio/envconfig. */
const environment = z.object({
  PERENNIAL_DATABASE_URL: z.string().default('postgresql://postgres@127.0.0.1:5460/postgres'),
  PERENNIAL_STORE: z.string().default('file:.perennial/objects'),
  PERENNIAL_S3_ENDPOINT: z.string().optional(),
  PERENNIAL_S3_CACHE_GIB: z.coerce.number().positive().default(20),
  PERENNIAL_STATE: z.string().default('.perennial'),
  PERENNIAL_HOST: z.string().default('127.0.0.1'),
  PERENNIAL_PORT: z.coerce.number().int().optional(),
  PERENNIAL_PYTHON: z.string().optional(),
  PERENNIAL_NAME: z.string().optional(),
  PERENNIAL_API_URL: z.string().default('http://127.0.0.1:8400'),
  PERENNIAL_GATEWAY_URL: z.string().default('http://127.0.0.1:8500'),
  PERENNIAL_GATEWAY_PROCESSES: z.coerce.number().int().min(1).default(1),
  PERENNIAL_GATEWAY_BODY_MIB: z.coerce.number().positive().default(8),
  PERENNIAL_GATEWAY_ROWS: z.coerce.number().int().min(1).default(10_000),
  PERENNIAL_GATEWAY_CONSUMERS: z.enum(['open', 'declared']).default('open'),
  PERENNIAL_GATEWAY_HOLDBACK: z.coerce.number().min(0).max(1).default(0),
  PERENNIAL_GATEWAY_NICENESS: z.coerce.number().int().min(-20).max(19).default(-10),
  PERENNIAL_TOKEN: z.string().optional(),
  PERENNIAL_TRIGGER_SECRET: z.literal('').or(z.string().min(16, 'a secret of 16 letters at least')).optional(),
  PERENNIAL_TEMPORAL_UI_URL: z.string().optional(),
  PERENNIAL_PUBLIC_URL: z.string().optional(),
  PERENNIAL_SMTP_URL: z.string().optional(),
  PERENNIAL_MAIL_FROM: z.string().default('Perennial <perennial@localhost>'),
  PERENNIAL_TRAINING_QUEUE: z.string().default('training'),
  PERENNIAL_TRAINING_SLOTS: z.coerce.number().int().min(1).default(2),
  PERENNIAL_TEAM_WEIGHTS: z.string().default(''),
  PERENNIAL_COMPUTE_MAX_USD: z.coerce.number().positive().optional(),
  PERENNIAL_COMPUTE_MAX_VCPUS: z.coerce.number().int().positive().optional(),
  PERENNIAL_COMPUTE_CATALOGUE: z.string().optional(),
  PERENNIAL_COMPUTE_GRACE_SECONDS: z.coerce.number().positive().default(60),
  PERENNIAL_COMPUTE_ALERT_MINUTES: z.coerce.number().positive().default(5),
  PERENNIAL_MACHINE: z.enum(['standing', 'ec2']).default('standing'),
  XDG_CACHE_HOME: z.string().default(join(homedir(), '.cache')),
});

export type Settings = z.output<typeof environment>;

export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  return environment.parse(env);
}

/** Where `perennial up` listens by default; every port can be moved with `up --port-base`. */
export const defaultPorts = { temporal: 7233, temporalUi: 8233, database: 5460, api: 8400, gateway: 8500 } as const;
