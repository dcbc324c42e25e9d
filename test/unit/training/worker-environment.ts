const secrets = {
  PERENNIAL_DATABASE_URL: 'postgresql://a:secret@b',
  AWS_SECRET_ACCESS_KEY: 'secret',
  PERENNIAL_TOKEN: 'secret',
  TEMPORAL_API_KEY: 'secret',
  PERENNIAL_SMTP_URL: 'secret',
};

/** What of a worker's environment programs may see. */
export const harmless = { OMP_WAIT_POLICY: 'passive', HF_HOME: '/models', FEATURE_STORE: 'of-mine' };

/** Calls in the environment of a worker that knows secrets and passes two names on. */
export async function inWorkerEnvironment<T>(call: () => Promise<T>): Promise<T> {
  const set = { ...secrets, ...harmless, PERENNIAL_TRAINER_ENV: 'HF_HOME, FEATURE_STORE' };
  const before = { ...process.env };
  Object.assign(process.env, set);
  try {
    return await call();
  } finally {
    for (const name of Object.keys(set)) if (!(name in before)) delete process.env[name];
    Object.assign(process.env, before);
  }
}
