import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mayDo, type Permission } from '../../../src/api/roles.ts';

const repository = join(import.meta.dirname, '../../..');

describe('the page of routes', () => {
  it('names every route that the code has, and no other', async () => {
    const page = await readFile(join(repository, 'docs/api.md'), 'utf8');
    const told = [...page.matchAll(/^\| `((?:GET|POST) \S+)`/gm)].map(([, route]) => route);
    expect(told.sort()).toEqual((await routesInCode()).sort());
  });
});

describe('roles', () => {
  const permissions: readonly Permission[] = ['read', 'operate', 'approve', 'administer'];

  it.each([
    [['admin'], ['read', 'operate', 'approve', 'administer']],
    [['operator'], ['read', 'operate', 'approve']],
    [['approver'], ['read', 'approve']],
    [['viewer'], ['read']],
    [['risk-officer'], ['read', 'approve']],
    [[], []],
  ])('%j may %j', (held, allowed) => {
    expect(permissions.filter((permission) => mayDo(permission, held))).toEqual(allowed);
  });
});

async function routesInCode(): Promise<string[]> {
  const folder = join(repository, 'src/api/http');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) =>
    // Routes that are alike are made by a function of their file, called `route`: all of them are posted to.
    [...text.matchAll(/(?:(?:app|scope)\.(get|post)|\broute)\(\s*'(\/[^']+)'/g)].map(
      ([, method = 'post', path]) => `${method.toUpperCase()} ${path}`,
    ),
  );
}
