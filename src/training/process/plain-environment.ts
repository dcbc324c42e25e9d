/** What a program needs to be found and to run, by name. */
const needed =
  /^(PATH|HOME|USER|LANG|LANGUAGE|LC_.+|TZ|TMPDIR|SHELL|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|VIRTUAL_ENV|PYTHON.+|CONDA_PREFIX|(CUDA|NVIDIA|OMP|MKL|OPENBLAS|NUMEXPR)_.+)$/;

/** The part of an environment in which nobody keeps a secret: passwords and keys of the platform are not in it. */
export function plainEnvironment(environment: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const kept = Object.entries(environment).filter(([name, value]) => value !== undefined && needed.test(name));
  return Object.fromEntries(kept) as Record<string, string>;
}
