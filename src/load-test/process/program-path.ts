import { fileURLToPath } from 'node:url';

/** A program of this folder as Node can run it: of the last build when this file is read as TypeScript, as tests do. */
export function programPath(name: 'gateway-program' | 'load-program'): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../../dist/src/load-test/process/' : './';
  return fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url));
}
