import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCodeActivities, fetchFolder } from '../../../activities/code.ts';
import { filesystemStore } from '../../../src/artifacts/filesystem/store.ts';
import type { TrainRequest } from '../../../src/training/request.ts';
import { finish, trainingPlace } from './training-place.ts';

async function aFolder(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'perennial-code-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

async function aStore() {
  const store = filesystemStore(join(await aFolder({}), 'objects'));
  const { shipFolder } = createCodeActivities({ store });
  return { store, ship: (folder: string, parts = ['.']) => shipFolder({ model: 'm', run: 'm-r1', folder, parts }) };
}

describe('the folder of a model file', () => {
  it('arrives on another machine as it was, without what is no code', async () => {
    const { store, ship } = await aStore();
    const folder = await aFolder({
      'm.model.json': '{}',
      'trainers/mine.py': 'import own',
      'trainers/own/__init__.py': 'x = "ü"',
      'trainers/__pycache__/mine.pyc': 'made anew',
      'node_modules/left-pad/index.js': 'installed',
      '.env': 'SECRET=1',
      '.git/config': 'history',
      'run.sh': '#!/bin/sh',
    });
    await chmod(join(folder, 'run.sh'), 0o755);
    await symlink('run.sh', join(folder, 'linked.sh'));
    const target = join(await aFolder({}), 'code');
    const { key } = await ship(folder);
    expect(key).toMatch(/^models\/m\/runs\/m-r1\/code\/[0-9a-f]{64}\.json\.gz$/);
    expect(await fetchFolder(store, key, target)).toBe(target);
    const found = await readdir(target, { recursive: true });
    expect(found.toSorted()).toEqual([
      ...['linked.sh', 'm.model.json', 'run.sh', 'trainers', 'trainers/mine.py', 'trainers/own'],
      'trainers/own/__init__.py',
    ]);
    expect(await readFile(join(target, 'trainers/own/__init__.py'), 'utf8')).toBe('x = "ü"');
    expect((await stat(join(target, 'run.sh'))).mode & 0o111).toBe(0o111);
    expect((await stat(join(target, 'm.model.json'))).mode & 0o111).toBe(0);
  });

  it('has a name that its content makes: the same is kept once, a change is another', async () => {
    const { ship } = await aStore();
    const files = { 'a.py': '1', 'b/c.py': '2' };
    const [first, same, other] = [await aFolder(files), await aFolder(files), await aFolder({ ...files, 'a.py': '3' })];
    const { key } = await ship(first);
    expect((await ship(same)).key).toBe(key);
    expect((await ship(other)).key).not.toBe(key);
  });

  it('goes only in those parts that the trainer needs, so that data may lie beside it', async () => {
    const { store, ship } = await aStore();
    const folder = await aFolder({ 'trainers/a.py': '', 'data/day.csv': 'x'.repeat(20_000_000), 'm.json': '{}' });
    const target = join(await aFolder({}), 'code');
    await fetchFolder(store, (await ship(folder, ['trainers'])).key, target);
    expect((await readdir(target, { recursive: true })).toSorted()).toEqual(['trainers', 'trainers/a.py']);
    await expect(ship(folder)).rejects.toMatchObject({
      type: 'PRN-TRAINING-007',
      message: expect.stringContaining(`The trainer needs ${folder}, which`),
    });
  });

  it('that is not there, or holds more than code, is refused', async () => {
    const { ship } = await aStore();
    await expect(ship('/nonexistent/folder')).rejects.toMatchObject({
      type: 'PRN-TRAINING-006',
      nonRetryable: true,
      message: expect.stringContaining('/nonexistent/folder'),
    });
    const large = await aFolder({ 'a.parquet': 'x'.repeat(9_000_000), 'b.parquet': 'x'.repeat(9_000_000) });
    await expect(ship(large)).rejects.toMatchObject({ type: 'PRN-TRAINING-007' });
    const many = await aFolder(Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`${n}.py`, ''])));
    await expect(ship(many)).rejects.toMatchObject({ type: 'PRN-TRAINING-007' });
  });

  it('never leaves the place that it is made in', async () => {
    const { store } = await aStore();
    const outside = JSON.stringify([{ path: '../outside.py', executable: false, base64: '' }]);
    await store.put('evil', gzipSync(outside));
    await expect(fetchFolder(store, 'evil', join(await aFolder({}), 'code'))).rejects.toThrow('outside of its folder');
  });
});

it('a trainer finds it as {here} on a machine that does not have the folder of the model file', async () => {
  const world = await trainingPlace();
  const scripted = await world.script(finish);
  const [program = '', script = ''] = typeof scripted === 'string' ? [] : scripted.command;
  const folder = await aFolder({ 'deep/mine.mjs': await readFile(script, 'utf8') });
  const { shipFolder } = createCodeActivities({ store: world.store });
  const { key: code } = await shipFolder({ model: 'm', run: 'm-r1', folder, parts: ['deep'] });
  await rm(folder, { recursive: true });
  const machine = await world.machine();
  const trainer: TrainRequest['trainer'] = { command: [program, '{here}/deep/mine.mjs'] };
  const { metrics } = await machine.start(world.request({ trainer, base: folder, code })).result;
  expect(metrics).toEqual({ auc: 0.7 });
  expect(await machine.leftovers()).toEqual([]);
});
