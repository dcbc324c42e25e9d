import { existsSync, readFileSync } from 'node:fs';

/**
 * Totals of a vitest JSON report. A file that failed without a failed test (it could not be loaded, or its set-up
 * threw and the tests were skipped) counts as one failed.
 * @returns {{passed: number, failed: number, skipped: number}}
 */
export function vitestTotals(report, status) {
  if (!existsSync(report)) return orFailed({ passed: 0, failed: 0, skipped: 0 }, status);
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  const hasFailedTest = (file) => file.assertionResults.some((test) => test.status === 'failed');
  const withoutTest = testResults.filter((file) => file.status === 'failed' && !hasFailedTest(file)).length;
  const totals = {
    passed: numPassedTests,
    failed: numFailedTests + withoutTest,
    skipped: numPendingTests + numTodoTests,
  };
  return orFailed(totals, status);
}

/** Totals of a pytest JUnit report; an error in a fixture counts as a failure. */
export function pytestTotals(report, status) {
  const xml = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const count = (name) => Number(new RegExp(`<testsuite [^>]*\\b${name}="(\\d+)"`).exec(xml)?.[1] ?? 0);
  const failed = count('failures') + count('errors');
  const skipped = count('skipped');
  return orFailed({ passed: count('tests') - failed - skipped, failed, skipped }, status);
}

/** A runner that ended badly without naming a test (a crash, an unhandled rejection) must not look green. */
function orFailed(totals, status) {
  return status !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
}

export function add(left, right) {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Reads back the last such line of an output, so that .ci/run can sum several. */
export function readClosingLine(output) {
  const lines = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)];
  const last = lines.at(-1);
  return last ? { passed: Number(last[1]), failed: Number(last[2]), skipped: Number(last[3] ?? 0) } : undefined;
}
