import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadTester } from '../../../src/load-test/process/tester.ts';
import { fixture, signature } from '../gateway/http/harness.ts';

const versionOf = (version: number, name: string) => {
  const modelPath = fixture(name);
  const artifactDigest = createHash('sha256').update(readFileSync(modelPath)).digest('hex');
  return { version: { model: 'colours', version, artifact: 'models/colours', artifactDigest, signature }, modelPath };
};
const rows = { rows: 3, columns: { a: [0, 1, 2], b: [0.5, null, 1], c: ['red', 'blue', null] } };
const plan = { rate: 40, seconds: 0.8, stress: false, seed: 1 };

describe('a load test', () => {
  it('puts the gateway’s own program under the same load for each version, and measures each', async () => {
    const versions = [versionOf(1, 'good'), versionOf(2, 'better')];
    const results = await loadTester.run({ versions, rows, plan });
    expect(results.map(({ version, errors }) => ({ version, errors }))).toEqual([
      { version: 1, errors: 0 },
      { version: 2, errors: 0 },
    ]);
    const [good, better] = results;
    expect(good?.requests).toBe(better?.requests);
    for (const { p50Ms, p99Ms, loadMs, memoryMiB, answeredPerSecond, kneePerSecond } of results) {
      expect(p99Ms).toBeGreaterThanOrEqual(p50Ms);
      for (const measured of [p50Ms, loadMs, memoryMiB, answeredPerSecond]) expect(measured).toBeGreaterThan(0);
      expect(kneePerSecond).toBeNull();
    }
  });

  it('counts what a version cannot answer, and looks for its knee when it is to', async () => {
    const impossible = { rows: 1, columns: { a: [0], b: [1_000], c: ['red'] } };
    const asked = { versions: [versionOf(3, 'throws')], rows: impossible, plan: { ...plan, stress: true } };
    const [result] = await loadTester.run(asked);
    expect(result?.errors).toBe(result?.requests);
    expect(result?.kneePerSecond).toBe(40);
  });

  it('says which version cannot be loaded', async () => {
    const broken = { ...versionOf(4, 'good'), modelPath: import.meta.filename };
    await expect(loadTester.run({ versions: [broken], rows, plan })).rejects.toMatchObject({
      code: 'PRN-GATEWAY-006',
      message: expect.stringContaining('colours@4'),
    });
  });
});
