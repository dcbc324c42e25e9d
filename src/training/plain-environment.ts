/** What a program needs to be found and to run, by name. */
const needed =
  /^(PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_.+|TZ|TMPDIR|SHELL|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON.+|CONDA_PREFIX|XDG_CACHE_HOME|SSL_CERT_(FILE|DIR)|(CUDA|NVIDIA|NCCL|ROCR|HIP|OMP|KMP|MKL|OPENBLAS|NUMEXPR|PERENNIAL_TRAINER)_.+)$/;

/** Names of further variables that programs get, with commas between; set where the worker is started. */
const passed = 'PERENNIAL_TRAINER_ENV';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The part of an environment that trainers, predict commands, command stages and Optuna get: what they need to run, and what
 * {@link passed} names. Passwords and keys of the platform are not in it.
 */
export function plainEnvironment(environment: Environment): Readonly<Record<string, string>> {
  const named = new Set((environment[passed] ?? '').split(',').map((name) => name.trim()));
  const kept = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && (needed.test(name) || named.has(name)),
  );
  return Object.fromEntries(kept) as Record<string, string>;
}
