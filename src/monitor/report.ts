import type { Finding, FindingKind } from '../alarm/finding.ts';
import type { ColumnDrift, PerformanceDrift } from '../drift/report.ts';
import type { LabelDelay } from '../performance/label-delay.ts';
import type { MaturedMetrics } from '../performance/matured.ts';
import type { MonitoredPerformance } from '../performance/monitor.ts';
import type { PredictionDrift } from '../performance/prediction-drift.ts';
import type { ShiftSplit } from '../performance/shift-split.ts';
import type { TrainServeTally } from '../quality/train-serve.ts';
import type { FeedbackReport } from '../rollout/feedback.ts';
import type { FalseAlarm } from './false-alarm.ts';
import type { ReferenceChoice } from './select-reference.ts';

/** Everything about the champion's answers, from totals of days; realised and estimated values stand apart. */
export interface PerformanceReport {
  readonly monitored: MonitoredPerformance;
  /** Exact metrics of the window's rows whose labels have matured. */
  readonly matured: MaturedMetrics;
  readonly labels: LabelDelay;
  /** What other inputs explain of a loss that changed, and what they do not; null where it did not change. */
  readonly shift: ShiftSplit | null;
}

/** What a check found: the evidence behind its alarms. Stored as JSON, its schema is schema/check-report.schema.json. */
export interface CheckReport {
  readonly format: 2;
  readonly model: string;
  readonly asOf: string;
  readonly champion: number | null;
  /** `choice` is what the days were really compared with. */
  readonly reference: {
    readonly from: string;
    readonly to: string;
    readonly rows: number;
    readonly choice: ReferenceChoice;
  };
  readonly current: { readonly from: string; readonly to: string; readonly rows: number };
  /** Probability of any false alarm over all columns, metrics and days of a period. */
  readonly falseAlarm: FalseAlarm;
  readonly minimumEffect: number;
  /** Worst first. */
  readonly columns: readonly ColumnDrift[];
  /** In short; null where the file watches no metric. */
  readonly performance: PerformanceDrift | null;
  readonly performanceReport: PerformanceReport | null;
  /** Of the champion's answers, labels or none; null where it gave none on its hold-out. */
  readonly prediction: PredictionDrift | null;
  /** What gateways were sent against the source; null where nothing was logged. */
  readonly trainServe: TrainServeTally | null;
  /** Labels of answers that were held back against those of the rest; null where nothing was, or has a label. */
  readonly feedback: FeedbackReport | null;
  /** Of all parts, the worst first. */
  readonly findings: readonly Finding[];
  /** Kinds that this check could judge. */
  readonly judged: readonly FindingKind[];
  /** Any finding is a warning or worse. */
  readonly alarm: boolean;
  /** One line for people: the worst of each kind. */
  readonly summary: string;
}
