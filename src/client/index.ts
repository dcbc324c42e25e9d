export type {
  CheckResult,
  PendingApproval,
  RolloutProgress,
  RunProgress,
  RunResult,
  StageProgress,
  SweepProgress,
} from '../../workflows/messages.ts';
export type * from '../alarm/alarm.ts';
export type * from '../alarm/check-record.ts';
export type { Finding, FindingKind, Severity } from '../alarm/finding.ts';
export type * from '../api/wire.ts';
export type { Delegation } from '../approval/delegation.ts';
export type { CountedVote } from '../approval/vote.ts';
export type { FleetQueue, FleetWorker, StandingJob } from '../compute/fleet.ts';
export type { MachineEnd, MachineRecord } from '../compute/ledger.ts';
export type { Offer } from '../compute/offer.ts';
export type { VersionDifference } from '../decision/compare-versions.ts';
export type { Explanation } from '../decision/story.ts';
export type { ColumnDrift, PerformanceDrift } from '../drift/report.ts';
export type { ErrorCode } from '../errors/codes.ts';
export { isPerennialError, PerennialError } from '../errors/error.ts';
export type { CandidateEvaluation, Comparison, EvaluationReport, GateResult, Verdict } from '../evaluation/report.ts';
export type { CheckReport, PerformanceReport } from '../monitor/report.ts';
export type { NoticeRecord } from '../notice/book.ts';
export type {
  EventRecord,
  ModelRecord,
  Route,
  RunOutcome,
  RunRecord,
  VersionRecord,
} from '../registry/registry.ts';
export type { RolloutGateResult, RolloutLook } from '../rollout/report.ts';
export type { SweepRecord, TrialRecord } from '../sweep/record.ts';
export type { AttemptRecord } from '../training/request.ts';
export type { CheckOptions } from './check.ts';
export {
  type ClientOptions,
  PerennialClient,
} from './client.ts';
export type { ModelText } from './model-text.ts';
export type { GivenVote, LogOptions, RetrainOptions, Watching } from './options.ts';
export type { Prediction, PredictOptions, Row } from './predict.ts';
export { RunHandle } from './run-handle.ts';
