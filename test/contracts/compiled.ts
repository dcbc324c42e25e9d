import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../..');

/**
 * Compiles one source file and what it imports into `folder`, for tests that need it in a process of its own: Node 20 runs no
 * TypeScript. @returns the path of the JavaScript file
 */
export async function compiled(source: string, folder: string): Promise<string> {
  const { compilerOptions } = JSON.parse(await readFile(join(repository, 'tsconfig.json'), 'utf8'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const options = { ...compilerOptions, noEmit: false, noCheck: true, rootDir: repository, outDir: join(folder, 'js') };
  const project = {
    compilerOptions: { ...options, typeRoots: [join(repository, 'node_modules/@types')] },
    files: [join(repository, source)],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(project));
  const compiler = join(repository, 'node_modules/typescript7/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', join(folder, 'tsconfig.json')]);
  return join(folder, 'js', source.replace(/\.ts$/, '.js'));
}
