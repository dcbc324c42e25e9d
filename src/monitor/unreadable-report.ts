import type { Finding } from '../alarm/finding.ts';
import { buildCheckReport } from './check-report.ts';
import type { CheckReport } from './report.ts';

/**
 * The check of a source that could not be read: one critical finding, and nothing judged, so that no alarm comes nearer to its end by a check
 * that has seen nothing.
 */
export function unreadableReport({
  says,
  ...known
}: Pick<CheckReport, 'model' | 'asOf' | 'champion' | 'reference' | 'current' | 'falseAlarm' | 'minimumEffect'> & {
  /** What is wrong, with the file's name. */
  readonly says: string;
}): CheckReport {
  const finding: Finding = {
    ...{ kind: 'quality', code: 'unreadable-partition', column: null, segment: null },
    ...{ severity: 'critical', size: 1, says },
  };
  return buildCheckReport({
    ...known,
    ...{ columns: [], performance: null, performanceReport: null, prediction: null, trainServe: null, feedback: null },
    findings: [finding],
    judged: [],
  });
}
