import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finish, trainingPlace, until } from './training-place.ts';

const stubborn = `process.on('SIGTERM', () => undefined); console.log('{"step":3,"of":9}'); console.error('thinking');
setInterval(() => undefined, 1000);`;

describe('the end of a training', () => {
  it('that says nothing for too long is PRN-RUN-006 with its last step and line, and is not tried again', async () => {
    const place = await trainingPlace(0);
    const machine = await place.machine({ graceMs: 200 });
    const trainer = await place.script(stubborn);
    const { result } = machine.start(place.request({ trainer, machine: { attempt: 3, stallAfterMs: 600 } }));
    await expect(result).rejects.toMatchObject({
      type: 'PRN-RUN-006',
      nonRetryable: true,
      message: expect.stringMatching(/nothing for 0\.6 s and was ended after step 3 of 9; its last line: "thinking"/),
    });
    expect(await place.log('a3-1')).toContain('thinking\n');
    expect(await machine.leftovers()).toEqual([]);
  });

  it('that a person cancels comes within a second, however little the trainer listens', async () => {
    const place = await trainingPlace(0);
    const machine = await place.machine();
    const started = machine.start(place.request({ trainer: await place.script(stubborn) }));
    await until(() => started.heartbeats.some(({ step }) => step === 3));
    const begin = performance.now();
    started.cancel();
    await expect(started.result).rejects.toThrow('was cancelled');
    expect(performance.now() - begin).toBeLessThan(1_000);
    expect(await machine.leftovers()).toEqual([]);
  });

  it('that comes with the shutdown of the worker is an interruption, which is tried again', async () => {
    const place = await trainingPlace(0);
    const machine = await place.machine();
    const started = machine.start(
      place.request({ trainer: await place.script(stubborn.replace('undefined)', 'process.exit(75))')) }),
    );
    await until(() => started.heartbeats.some(({ step }) => step === 3));
    started.cancel('WORKER_SHUTDOWN');
    await expect(started.result).rejects.toMatchObject({ type: 'PRN-RUN-003', nonRetryable: false });
  });

  it('without space on the disk is PRN-RUN-007, whether the trainer or the store says so', async () => {
    const place = await trainingPlace(0);
    const machine = await place.machine();
    const trainer = await place.script(
      `console.error('OSError: [Errno 28] No space left on device'); process.exitCode = 1;`,
    );
    await expect(machine.start(place.request({ trainer })).result).rejects.toMatchObject({ type: 'PRN-RUN-007' });

    const full = () => Promise.reject(Object.assign(new Error('no space left on device, write'), { code: 'ENOSPC' }));
    const other = await place.machine({ store: { ...place.store, localPath: full } });
    await expect(other.start(place.request(), 2).result).rejects.toMatchObject({ type: 'PRN-RUN-007' });
    expect([...(await machine.leftovers()), ...(await other.leftovers())]).toEqual([]);
  });

  it('with a store that breaks is coded, and leaves no folder', async () => {
    const place = await trainingPlace(0);
    const trainer = await place.script(finish);
    const put: typeof place.store.put = (key, ...rest) =>
      key.endsWith('model.onnx') ? Promise.reject(new Error('reset')) : place.store.put(key, ...rest);
    const machine = await place.machine({ store: { ...place.store, put } });
    await expect(machine.start(place.request({ trainer })).result).rejects.toMatchObject({ type: 'PRN-RUN-008' });
    expect(await machine.leftovers()).toEqual([]);
  });

  it('of a zombie changes nothing: it gives back what was published first', async () => {
    const place = await trainingPlace(0);
    const [begun, go] = [join(place.folder, 'begun'), join(place.folder, 'go')];
    const slow = `fs.writeFileSync(${JSON.stringify(begun)}, '');
      while (!fs.existsSync(${JSON.stringify(go)})) await new Promise((done) => setTimeout(done, 20)); ${finish}`;
    const zombie = (await place.machine()).start(place.request({ trainer: await place.script(slow) }));
    // The second script takes the place of the first one's file.
    await until(() => existsSync(begun));
    const second = (await place.machine()).start(place.request({ trainer: await place.script(finish) }), 2);
    const result = await second.result;
    await writeFile(go, '');
    expect(result.artifact).toMatch(/\/a2$/);
    expect(await zombie.result).toEqual(result);
  });

  it('has a label of its own when a stage is retried by hand and counts from 1 again', async () => {
    const place = await trainingPlace(0);
    const broken = await place.script('process.exitCode = 9;');
    const machine = await place.machine();
    for (const _ of [1, 2]) await machine.start(place.request({ trainer: broken })).result.catch(() => undefined);
    expect((await place.keys('/attempts/')).map((key) => key.split('/').at(-1))).toEqual(['a1.json', 'a2.json']);
  });
});
