import { expect, it } from 'vitest';
import type { Finding } from '../../../src/alarm/finding.ts';
import type { Fault } from '../../../src/quality/fault.ts';
import { withoutConsequences } from '../../../src/quality/follows.ts';

const drift = (column: string): Finding => ({
  ...{ kind: 'drift', code: 'missing-share', column, segment: null },
  ...{ severity: 'critical', size: 0.5, says: 'missing 0 % → 50 %' },
});
const fault = (change: Partial<Fault>): Fault => ({
  ...{ code: 'changed-type', column: 'price', day: '2026-09-08', severity: 'warning', size: 1, says: '' },
  ...change,
});
const since = (day: string) => new Map([['price', day]]);

it('drift of a column whose values are broken is told, and opens no alarm', () => {
  const [found] = withoutConsequences([drift('price')], [fault({})], since('2026-09-08'));
  expect(found).toMatchObject({ severity: 'info', says: 'missing 0 % → 50 %; follows from the data: changed-type' });
});

it.each([
  ['began before the fault', [fault({})], '2026-09-07'],
  ['is of another column', [fault({ column: 'age' })], '2026-09-08'],
  ['goes with a fault that may be the world', [fault({ code: 'new-category' })], '2026-09-08'],
  ['goes with an info', [fault({ severity: 'info' })], '2026-09-08'],
] as const)('drift that %s alarms as ever', (_, faults, begun) => {
  expect(withoutConsequences([drift('price')], faults, since(begun))).toEqual([drift('price')]);
});
