import type { Finding } from '../../../src/alarm/finding.ts';
import type { ColumnDrift } from '../../../src/drift/report.ts';
import type { CandidateEvaluation, EvaluationReport, GateResult } from '../../../src/evaluation/report.ts';
import type { CheckReport } from '../../../src/monitor/report.ts';
import type { RolloutGateResult, RolloutLook } from '../../../src/rollout/report.ts';
import type { RunProgress, StageProgress } from '../../../workflows/messages.ts';

/** Builders of what the renderers show; every value can be replaced. */

const interval = (low: number, high: number) => ({ low, high, confidence: 0.95 });

export function aGate(change: Partial<GateResult> = {}): GateResult {
  return {
    name: 'auc ≥ 0.65',
    gate: { metric: 'auc', atLeast: 0.65, confidence: 0.95, dryRun: false },
    verdict: 'pass',
    value: 0.7184,
    threshold: '≥ 0.65',
    interval: null,
    n: 9120,
    counterfactual: '',
    ...change,
  };
}

export const losingGate = aGate({
  name: 'auc vs champion ≥ −0.01 in origin=EWR',
  gate: { metric: 'auc', versus: 'champion', by: -0.01, slice: 'origin', confidence: 0.95, dryRun: false },
  verdict: 'fail',
  value: -0.0213,
  interval: interval(-0.0402, -0.0024),
  n: 812,
  counterfactual: 'would pass at −0.0402',
});

export function aCandidate(change: Partial<CandidateEvaluation> = {}): CandidateEvaluation {
  return {
    candidate: 'boosted',
    version: 4,
    metrics: { auc: 0.7184, logLoss: 0.5123 },
    trainerMetrics: { auc: 0.73 },
    comparisons: [
      { metric: 'auc', challenger: 0.7184, champion: 0.7031, difference: 0.0153, interval: interval(0.009, 0.022) },
      { metric: 'logLoss', challenger: 0.5123, champion: 0.53, difference: -0.0177, interval: null },
    ],
    slices: [
      {
        column: 'origin',
        value: 'EWR',
        n: 812,
        comparisons: [
          { metric: 'auc', challenger: 0.68, champion: 0.7, difference: -0.0213, interval: interval(-0.0402, -0.0024) },
        ],
      },
    ],
    serving: { p50Ms: 1.204, p99Ms: 4.41, errors: 0, rows: 500, firstError: null },
    gates: [aGate(), losingGate],
    verdict: 'fail',
    ...change,
  };
}

export function anEvaluation(change: Partial<EvaluationReport> = {}): EvaluationReport {
  return {
    model: 'delays',
    run: 'delays-r3',
    snapshot: 'delays-4f2ac1',
    holdoutRows: 9120,
    champion: { version: 3, metrics: { auc: 0.7031 } },
    candidates: [aCandidate()],
    winner: null,
    ...change,
  };
}

export function aColumn(change: Partial<ColumnDrift> = {}): ColumnDrift {
  return {
    column: 'temp',
    kind: 'numeric',
    test: 'ks',
    statistic: 0.02,
    pValue: 0.4,
    adjustedP: 0.81,
    effect: 0.031,
    effectName: 'w1/sd',
    missing: { reference: 0.001, current: 0.001, pValue: 1, adjustedP: 1 },
    newCategories: [],
    outOfRange: 0,
    histogram: { labels: ['a', 'b', 'c', 'd'], reference: [10, 40, 40, 10], current: [12, 38, 41, 9] },
    drifted: false,
    findings: [],
    ...change,
  };
}

const missingColumn: Finding = {
  kind: 'quality',
  code: 'missing-column',
  column: 'wind_gust',
  segment: null,
  severity: 'critical',
  size: 1,
  says: 'wind_gust is not in the data',
};

const shiftedColumn: Finding = {
  kind: 'drift',
  code: 'shifted',
  column: 'dep_delay',
  segment: null,
  severity: 'warning',
  size: 0.31,
  says: 'moved by 0.31 standard deviations',
};

export function aCheck(change: Partial<CheckReport> = {}): CheckReport {
  return {
    format: 2,
    model: 'delays',
    asOf: '2013-11-20T00:00:00.000Z',
    champion: 3,
    reference: {
      from: '2013-08-01T00:00:00.000Z',
      to: '2013-11-13T00:00:00.000Z',
      rows: 52110,
      choice: 'training',
    },
    current: { from: '2013-11-13T00:00:00.000Z', to: '2013-11-20T00:00:00.000Z', rows: 4200 },
    falseAlarm: { rate: 0.05, periodDays: 100 },
    minimumEffect: 0.05,
    columns: [
      aColumn({
        column: 'dep_delay',
        drifted: true,
        effect: 0.31,
        adjustedP: 0.000_02,
        histogram: { labels: ['a', 'b', 'c', 'd'], reference: [80, 15, 5, 0], current: [20, 40, 30, 10] },
        findings: ['moved by 0.31 standard deviations'],
      }),
      aColumn(),
    ],
    performance: {
      metric: 'auc',
      reference: 0.71,
      current: 0.66,
      interval: interval(0.63, 0.69),
      labelled: 3900,
      waitingForLabels: 300,
      verdict: 'fell',
    },
    performanceReport: null,
    prediction: null,
    trainServe: null,
    feedback: null,
    findings: [missingColumn, shiftedColumn],
    judged: ['quality', 'drift', 'performance'],
    alarm: true,
    summary: 'wind_gust is not in the data; auc 0.71 → 0.66; dep_delay: moved by 0.31 standard deviations',
    ...change,
  };
}

export function aStage(change: Partial<StageProgress> = {}): StageProgress {
  return {
    name: 'snapshot',
    kind: 'snapshot',
    state: 'passed',
    startedAt: '2013-11-20T03:00:00.000Z',
    endedAt: '2013-11-20T03:00:08.000Z',
    attempt: 1,
    detail: '52,110 + 4,200 rows to learn from, 9,120 held out',
    result: null,
    ...change,
  };
}

export function aRun(change: Partial<RunProgress> = {}): RunProgress {
  return {
    run: 'delays-r3',
    model: 'delays',
    asOf: '2013-11-20T00:00:00.000Z',
    trigger: { kind: 'manual', by: 'ana', reason: 'new season' },
    state: 'running',
    stages: [
      aStage(),
      aStage({
        name: 'boosted',
        kind: 'train',
        state: 'running',
        endedAt: null,
        attempt: 2,
        detail: 'trial 3/8, best auc 0.718',
      }),
      aStage({ name: 'evaluate', kind: 'evaluate', state: 'waiting', startedAt: null, endedAt: null, detail: '' }),
    ],
    approval: null,
    result: null,
    ...change,
  };
}

export function aRolloutGate(change: Partial<RolloutGateResult> = {}): RolloutGateResult {
  return {
    name: 'error rate',
    metric: 'errorRate',
    phase: 'canary',
    verdict: 'inconclusive',
    stable: 0.002,
    canary: 0.004,
    eValue: 6,
    threshold: 60,
    interval: interval(-0.001, 0.005),
    n: 1203,
    ...change,
  };
}

export function aLook(change: Partial<RolloutLook> = {}): RolloutLook {
  const tallies = { strata: [], shadow: {} } as unknown as RolloutLook['tallies'];
  return {
    rollout: 'delays-v4-r3',
    phase: 'canary',
    weight: 0.05,
    at: '2013-11-20T04:03:11.000Z',
    gates: [
      aRolloutGate(),
      aRolloutGate({ name: 'latency', metric: 'latency', stable: 1.4, canary: 1.5, eValue: 0.4 }),
    ],
    verdict: 'inconclusive',
    tallies,
    ...change,
  };
}
