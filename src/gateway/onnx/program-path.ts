import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PerennialError } from '../../errors/error.ts';

type ProgramName = 'challenger-program' | 'prepare-program' | 'prepare-starter-program' | 'thread-program';

/**
 * A program that runs in a process or thread of its own: beside this file when compiled, or when Node reads TypeScript itself (22.18 and later). Run
 * from sources on an older Node, as tests do, it is the file of the last build.
 * @throws PRN-GATEWAY-006 when there is no build
 */
export function programPath(name: ProgramName): string {
  if (!import.meta.url.endsWith('.ts')) return fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  if ('typescript' in process.features && process.features.typescript) {
    return fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  }
  const built = fileURLToPath(new URL(`../../../dist/src/gateway/onnx/${name}.js`, import.meta.url));
  if (existsSync(built)) return built;
  throw new PerennialError('PRN-GATEWAY-006', {
    message: `The gateway needs ${built}, because Node ${process.version} cannot run TypeScript.`,
    hint: 'Run `npm run build` once.',
  });
}
