import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { harmless, inWorkerEnvironment } from './worker-environment.ts';
import { scriptedTrainer, train, workplace } from './workplace.ts';

const report = `{ metrics: { auc: 0.7 }, classes: [0, 1], device: 'cpu', parameters: {}, environment: {}, steps: 2 }`;
const finish = `fs.writeFileSync(job.output + '/model.onnx', 'm');
fs.writeFileSync(job.output + '/metrics.json', JSON.stringify(${report}));`;

describe('runTrainer with any program', () => {
  it('reads progress from stdout, takes every other line for the log, and lists the output', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(
      place,
      `console.log('{"step":1,"of":2,"metrics":{"auc":0.6}}'); console.log('a forgotten print'); console.log('{"step":"x"}');
       console.error('reading'); process.stdout.write('{"step":2,'); process.stdout.write('"of":2}\\r\\n');
       fs.mkdirSync(job.output + '/plots'); fs.writeFileSync(job.output + '/plots/a.svg', ''); ${finish}`,
    );
    const { outcome, progress, log } = await train(place, { command });
    expect(outcome).toMatchObject({
      kind: 'done',
      folder: place.job.output,
      model: ['model.onnx'],
      files: ['metrics.json', 'model.onnx', 'plots/a.svg'],
      report: { metrics: { auc: 0.7 }, folds: [], steps: 2 },
    });
    expect(progress).toEqual([
      { step: 1, of: 2, metrics: { auc: 0.6 } },
      { step: 2, of: 2, metrics: {} },
    ]);
    expect([...log].sort()).toEqual(['a forgotten print', 'reading', '{"step":"x"}']);
  });

  it('keeps the secrets of the worker from it, and passes on what was named', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(place, 'console.error(JSON.stringify(process.env)); process.exitCode = 3;');
    const { log } = await inWorkerEnvironment(() => train(place, { command, env: { PERENNIAL_THREADS: '2' } }));
    const given = JSON.parse(log[0] ?? '') as Record<string, string>;
    expect(log[0]).not.toContain('secret');
    expect(given).toMatchObject({ ...harmless, PATH: process.env.PATH, PERENNIAL_THREADS: '2' });
  });

  it('gives the reason of a bad job without its prefix', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(place, `console.error('bad job: no such column'); process.exitCode = 64;`);
    expect((await train(place, { command })).outcome).toEqual({ kind: 'bad-job', message: 'no such column' });
  });

  it('keeps a bounded end of the log of a failure', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(
      place,
      `for (let i = 0; i < 5000; i++) console.error('line ' + i); console.error('x'.repeat(300000)); process.exitCode = 3;`,
    );
    const { outcome } = await train(place, { command });
    if (outcome.kind !== 'failed') throw new Error(`unexpected ${outcome.kind}`);
    expect(outcome).toMatchObject({ exitCode: 3, signal: null });
    expect(outcome.logTail).toContain('line 4999');
    expect(outcome.logTail).not.toContain('line 4700\n');
    expect(outcome.logTail.length).toBeLessThan(10_000);
  });

  it('says which signal ended a trainer that nobody stopped', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(place, `process.kill(process.pid, 'SIGKILL');`);
    expect((await train(place, { command })).outcome).toMatchObject({
      kind: 'failed',
      exitCode: null,
      signal: 'SIGKILL',
    });
  });

  it('reads what Python writes for a number that is none as no value at all', async () => {
    const place = await workplace();
    const written = `{"metrics": {"auc": NaN, "loss": -Infinity, "note NaN": 1}, "classes": [0, 1], "device": "cpu", "parameters": {}, "environment": {}, "steps": 2}`;
    const body = `console.log('{"step":1,"of":2,"metrics":{"auc":NaN,"loss":0.5}}'); ${finish} fs.writeFileSync(job.output + '/metrics.json', '${written}');`;
    const { outcome, progress } = await train(place, { command: await scriptedTrainer(place, body) });
    expect(outcome).toMatchObject({ kind: 'done', report: { metrics: { 'note NaN': 1 } } });
    expect(outcome.kind === 'done' && Object.keys(outcome.report.metrics)).toEqual(['note NaN']);
    expect(progress[0]).toEqual({ step: 1, of: 2, metrics: { loss: 0.5 } });
  });

  it.each([
    ['nothing', '', 'PRN-TRAINING-002', /there is none/],
    ['no JSON', `fs.writeFileSync(job.output + '/metrics.json', '{');`, 'PRN-TRAINING-002', /not JSON/],
    ['a text for a metric', finish.replace('auc: 0.7', "auc: '0.7'"), 'PRN-TRAINING-002', /metrics\.auc: .*number/],
    ['no model', `${finish} fs.unlinkSync(job.output + '/model.onnx');`, 'PRN-TRAINING-003', /has no model\.onnx/],
  ])('refuses success with %s', async (_, body, code, message) => {
    const place = await workplace();
    const failure = train(place, { command: await scriptedTrainer(place, body) });
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('refuses a trainer that ended on the CPU when a GPU was asked for', async () => {
    const place = await workplace({ device: 'cuda' });
    const failure = train(place, { command: await scriptedTrainer(place, finish) });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-TRAINING-004' });
  });

  it('says so when the command does not exist', async () => {
    const failure = train(await workplace(), { command: ['/no/such/python', '-m', 'x'] });
    await expect(failure).rejects.toMatchObject({ code: 'PRN-TRAINING-001', retryable: false });
  });

  it('does not start anything when it is stopped already', async () => {
    const place = await workplace();
    const command = await scriptedTrainer(place, finish);
    const { outcome } = await train(place, { command, signal: AbortSignal.abort() });
    expect(outcome).toEqual({ kind: 'interrupted' });
    await expect(access(join(place.folder, 'job.json'))).rejects.toThrow();
  });
});
