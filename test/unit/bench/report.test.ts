import { expect, it } from 'vitest';
import { type Report, withPart } from '../../../bench/report/report.ts';
import { figure, goalRow } from '../../../bench/report/row.ts';

const row = (what: string, value: number) => goalRow(what, 10, figure([value]));
const run = (commit: string, rows: Report['rows']): Report => ({
  ...{ measuredAt: '2026-01-01T00:00:00.000Z', machine: 'a machine', load: { before: 0, after: 0 }, commit },
  rows,
});

it('a part that is measured again takes the place of its rows, and says where they are from', () => {
  const whole = run('a1', [row('time', 20), row('memory', 3)]);
  const { commit, rows } = withPart(whole, run('b2', [row('time', 8), row('loss', 1)]));
  expect(commit).toBe('a1');
  expect(rows.map(({ what, holds, of }) => [what, holds, of?.commit])).toEqual([
    ['time', true, 'b2'],
    ['memory', true, undefined],
    ['loss', true, 'b2'],
  ]);
  expect(withPart(null, whole)).toEqual(whole);
});

it('a row that its section no longer prints is gone once the section is measured again', () => {
  const of = (section: string, what: string) => ({ ...row(what, 1), section });
  const whole = run('a1', [
    of('speed', 'time'),
    of('speed', 'old name'),
    of('size', 'memory'),
    row('of no section', 1),
  ]);
  const { rows } = withPart(whole, run('b2', [of('speed', 'time'), of('speed', 'new name')]));
  expect(rows.map(({ what }) => what)).toEqual(['time', 'memory', 'of no section', 'new name']);
});
