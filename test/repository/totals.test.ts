import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { add, closingLine, pytestTotals, readClosingLine, vitestTotals } from '../../scripts/test/totals.mjs';

describe('the totals of a test run', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'perennial-totals-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const vitestReport = (testResults: readonly object[]): string => {
    const report = join(folder, 'vitest.json');
    const counts = { numPassedTests: 5, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };
    writeFileSync(report, JSON.stringify({ ...counts, testResults }));
    return report;
  };

  it('counts a test file that cannot be loaded as a failure', () => {
    const report = vitestReport([{ status: 'failed', assertionResults: [] }]);
    expect(vitestTotals(report, 1)).toEqual({ passed: 5, failed: 1, skipped: 1 });
  });

  it('counts a test file whose set-up throws as a failure, once', () => {
    const skipped = { status: 'failed', assertionResults: [{ status: 'skipped' }, { status: 'skipped' }] };
    const counted = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    expect(vitestTotals(vitestReport([skipped, counted]), 1)).toMatchObject({ failed: 1 });
  });

  it('counts a runner that dies without naming a test as a failure', () => {
    expect(vitestTotals(vitestReport([]), 1)).toMatchObject({ failed: 1 });
    expect(pytestTotals(join(folder, 'nowhere.xml'), 2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  it('counts an error in a pytest fixture as a failure', () => {
    const report = join(folder, 'pytest.xml');
    writeFileSync(
      report,
      '<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="3" tests="10" time="1">',
    );
    expect(pytestTotals(report, 1)).toEqual({ passed: 4, failed: 3, skipped: 3 });
  });

  it('survives being printed, read back and added up', () => {
    const totals = { passed: 7, failed: 1, skipped: 2 };
    const printed = `other output\n${closingLine(totals)}\n`;
    expect(readClosingLine(printed)).toEqual(totals);
    expect(add(totals, { passed: 1, failed: 0, skipped: 0 })).toEqual({ passed: 8, failed: 1, skipped: 2 });
  });
});
