import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { perennial } from './command-line.ts';
import { openSandbox, type Running, type Sandbox, showLogs, startRunning } from './sandbox.ts';

const marked = 'scored by its own predict command, not from ONNX';
let sandbox: Sandbox;
let running: Running;

describe('a model that ONNX cannot hold, on real processes', () => {
  beforeAll(async () => {
    sandbox = await openSandbox('test/e2e/fixtures/histogram.model.json', 'examples/flights/trainers');
    running = await startRunning(sandbox);
    await running.client.apply(sandbox.model('histogram.model.json'));
  });
  afterAll(async () => {
    await running?.platform.stop();
    await sandbox?.remove();
  });
  afterEach(({ task }) => showLogs(sandbox, task.result?.state === 'fail'));

  it('is trained, scored by its own command and gated, and does not become stable', async () => {
    const handle = await running.client.retrain('histogram', { asOf: '2026-01-24', reason: 'the first' });
    expect(await handle.result()).toMatchObject({ outcome: 'completed', version: null });
    const { route, versions } = await running.client.model('histogram');
    expect(route.stable).toBeNull();
    expect(versions).toMatchObject([{ version: 1, state: 'challenger', candidate: 'histogram' }]);
    expect(versions[0]?.metrics?.auc).toBeGreaterThan(0.55);
  }, 300_000);

  it('is marked wherever it is shown, and says what could not be done with it', async () => {
    const say = async (...args: readonly string[]) => (await perennial(sandbox.state, ...args)).stdout;
    expect(await say('status', 'histogram')).toContain('histogram (by command)');
    const explained = await say('explain', 'histogram@1');
    expect(explained).toContain(`histogram v1 is ${marked}: no gateway serves it.`);
    expect(explained).toMatch(/servingP99Ms ≤ 20 .* inconclusive \(dry run\)$/m);
    expect(explained).toContain('servingP99Ms ≤ 20: its own predict command answers, and no gateway serves it');
    expect(await running.client.card('histogram', 1)).toContain(`**${marked}**; no gateway serves it`);
    const page = await running.client.card('histogram', 1, 'html');
    expect(page).toContain(marked);
    expect(page).toContain(`v1, ${marked}`);
    expect(page).toContain('Not put under load');
  });

  it('has predictions of all parts that can be asked like those of any other version', async () => {
    const sql = 'select part, count(*), avg((late = prediction)::int) from predictions group by part';
    const { rows } = await running.client.query(sql, { model: 'histogram' });
    expect(rows.map(([part]) => part).sort()).toEqual(['holdout', 'train', 'validation']);
    expect(rows.every(([, count, accuracy]) => Number(count) > 700 && Number(accuracy) > 0.5)).toBe(true);
  });

  it('is not rolled out by hand either', async () => {
    const asked = running.client.rollout('histogram', 1, { reason: 'now', force: true });
    await expect(asked).rejects.toMatchObject({ code: 'PRN-ROLLOUT-005' });
  });
});
