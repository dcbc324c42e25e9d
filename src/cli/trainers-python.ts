import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The interpreter that has the trainers' libraries: as named, else the one of this checkout, else the machine's. */
export function trainersPython(env: NodeJS.ProcessEnv): string {
  const repository = fileURLToPath(
    new URL(import.meta.url.includes('/dist/') ? '../../../' : '../../', import.meta.url),
  );
  const own = join(repository, '.venv', 'bin', 'python');
  return env.PERENNIAL_PYTHON ?? (existsSync(own) ? own : 'python3');
}
