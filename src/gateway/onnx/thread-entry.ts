import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PerennialError } from '../../errors/error.ts';

/**
 * The file of the challenger's thread: beside this one when compiled, or when Node reads TypeScript itself (22.18 and later). Run from
 * sources on an older Node, as tests do, it is the file of the last build.
 * @throws PRN-GATEWAY-006 when there is no build
 */
export function threadEntry(): URL {
  if (!import.meta.url.endsWith('.ts')) return new URL('./challenger-thread.js', import.meta.url);
  if ('typescript' in process.features && process.features.typescript) {
    return new URL('./challenger-thread.ts', import.meta.url);
  }
  const built = new URL('../../../dist/src/gateway/onnx/challenger-thread.js', import.meta.url);
  if (existsSync(fileURLToPath(built))) return built;
  throw new PerennialError('PRN-GATEWAY-006', {
    message: `A challenger's thread needs ${fileURLToPath(built)}, because Node ${process.version} cannot run TypeScript in threads.`,
    hint: 'Run `npm run build` once.',
  });
}
