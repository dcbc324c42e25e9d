import type { Finding, FindingKind } from '../src/alarm/finding.ts';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import type { Datasets } from '../src/dataset/dataset.ts';
import type { LoadPredictor } from '../src/gateway/predictor.ts';
import { buildCheckReport } from '../src/monitor/check-report.ts';
import { daysOfCheck, spanOf } from '../src/monitor/days.ts';
import type { CheckReport } from '../src/monitor/report.ts';
import { unreadableReport } from '../src/monitor/unreadable-report.ts';
import type { Profiles } from '../src/profile/profiles.ts';
import { labelIdFindings, skewFindings, type TrainServe, type TrainServeTally } from '../src/quality/train-serve.ts';
import type { Registry } from '../src/registry/registry.ts';
import { watchFeedback } from '../src/rollout/feedback.ts';
import { feedbackFindings } from '../src/rollout/feedback-finding.ts';
import type { TrafficObserver } from '../src/rollout/observed.ts';
import { ChampionAnswers } from './answers.ts';
import { type Champion, championOf } from './champion.ts';
import { checkAnswers } from './check-answers.ts';
import { heldBackDays } from './check-feedback.ts';
import { checkInputs } from './check-inputs.ts';
import { rulesOf } from './check-rules.ts';
import { heartbeating, translateErrors } from './failure.ts';
import { StoredProfiles } from './stored-profiles.ts';
import { inTurns } from './turns.ts';
import { isUnreadable } from './unreadable.ts';

export interface MeasuredCheck {
  readonly verdict: 'alarm' | 'quiet' | 'no-champion' | 'too-little-data';
  readonly summary: string;
  /** Object key of the CheckReport. */
  readonly evidence: string | null;
  /** Milliseconds by part of the check. */
  readonly durations?: Readonly<Record<string, number>>;
}

interface Dependencies {
  readonly datasets: Datasets;
  readonly profiles: Profiles;
  readonly trainServe: TrainServe;
  readonly registry: Registry;
  readonly store: ObjectStore;
  readonly loadPredictor: LoadPredictor;
  readonly heldBack: Pick<TrafficObserver, 'heldBackOn'>;
}

/** Below this a window says nothing, either way. */
const minimumRows = 100;
/** Each holds a window of data and a loaded champion. */
const checksAtOnce = 4;

export function createCheckActivities(deps: Dependencies) {
  const turn = inTurns(checksAtOnce);
  return translateErrors({
    /** Looks at the days before `asOf`: data quality, drift from what the champion learned from, its answers and its performance. */
    async measureCheck({ model, asOf }: { readonly model: string; readonly asOf: string }): Promise<MeasuredCheck> {
      const measured = async (): Promise<MeasuredCheck> => {
        const champion = await championOf(deps, model);
        if (champion === null) return noChampion(model);
        const clock = new Clock();
        const report = await measure(deps, champion, asOf, clock).catch((error: unknown) =>
          unread(error, champion, asOf),
        );
        const evidence = `models/${model}/checks/${asOf.replaceAll(':', '-')}.json`;
        await deps.store.put(evidence, Buffer.from(JSON.stringify(report)));
        const enough = report.current.rows >= minimumRows || report.current.rows === 0;
        const verdict = !enough ? 'too-little-data' : report.alarm ? 'alarm' : 'quiet';
        return { verdict, summary: report.summary, evidence, durations: clock.durations };
      };
      return await heartbeating(() => turn(measured));
    },
  });
}

function noChampion(model: string): MeasuredCheck {
  const summary = `${model} has no stable version to compare with; train one: perennial retrain ${model}`;
  return { verdict: 'no-champion', summary, evidence: null };
}

/** Tells how long the parts of a check took. */
class Clock {
  readonly durations: Record<string, number> = {};

  async time<T>(part: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    const done = await work();
    this.durations[part] = Math.round(performance.now() - startedAt);
    return done;
  }
}

async function measure(deps: Dependencies, champion: Champion, asOf: string, clock: Clock): Promise<CheckReport> {
  const { file } = champion.plan;
  const learnedUntil = champion.snapshot.windows.train.to;
  const { periodDays } = rulesOf(file, { heldBack: false }).falseAlarm;
  const days = await clock.time('feedback', () => heldBackDays(deps, { file, learnedUntil, asOf, periodDays }));
  const feedback = watchFeedback(days, rulesOf(file, { heldBack: true }).rates.feedback);
  // Whether answers are held back is drawn before anybody knows a label, and so may decide who gets how much of the rate.
  const rules = rulesOf(file, { heldBack: feedback !== null });
  const stored = new StoredProfiles({ ...deps, source: champion.plan });
  const inputs = await clock.time('inputs', () =>
    checkInputs({ profiles: deps.profiles, stored, champion, rules, asOf }),
  );
  const answers = await ChampionAnswers.open(deps, champion);
  const answered = await clock
    .time('answers', () => checkAnswers({ champion, answers, rules, asOf, window: inputs.window, stored }))
    .finally(() => answers.close());
  const trainServe = await clock.time('served', () => servedRows(deps, champion, inputs.report.current));
  const labels = await deps.trainServe.labelIds({ file, window: inputs.report.current });
  const findings: Finding[] = [
    ...inputs.findings,
    ...answered.findings,
    ...(trainServe ? skewFindings(trainServe) : []),
    ...labelIdFindings(labels),
    ...feedbackFindings(feedback),
  ];
  return buildCheckReport({
    model: file.model,
    asOf,
    champion: champion.version.version,
    ...inputs.report,
    falseAlarm: rules.falseAlarm,
    minimumEffect: rules.minimumEffect,
    performance: answered.performance,
    performanceReport: answered.performanceReport,
    prediction: answered.prediction,
    trainServe,
    feedback,
    findings,
    judged: judgedKinds(inputs.hasEvidence && inputs.report.current.rows > 0, { ...answered, feedback }),
  });
}

/** On-call people are told by an alarm of what the check has stumbled over, and not by its silence. */
function unread(error: unknown, { plan: { file }, version, snapshot }: Champion, asOf: string): CheckReport {
  if (!isUnreadable(error)) throw error;
  const rules = rulesOf(file, { heldBack: false });
  const { window } = daysOfCheck(asOf, rules.window, rules.reference);
  return unreadableReport({
    ...{ model: file.model, asOf, champion: version.version, says: error.message },
    ...{ falseAlarm: rules.falseAlarm, minimumEffect: rules.minimumEffect },
    reference: { ...snapshot.windows.train, rows: snapshot.rows.train, choice: 'training' },
    current: { ...spanOf(window), rows: 0 },
  });
}

/** Null where gateways have logged nothing that could be compared. */
async function servedRows(
  { trainServe }: Dependencies,
  { plan: { file, base } }: Champion,
  window: CheckReport['current'],
): Promise<TrainServeTally | null> {
  const tally = await trainServe.compare({ file, base, source: window, requests: window });
  return tally.logged === 0 ? null : tally;
}

/** Only a kind that could be judged can become clean. */
function judgedKinds(
  evidence: boolean,
  { prediction, performance, feedback }: Pick<CheckReport, 'prediction' | 'performance' | 'feedback'>,
): FindingKind[] {
  return [
    'quality',
    ...(evidence ? (['drift'] as const) : []),
    ...(prediction && prediction.level.why === null ? (['prediction'] as const) : []),
    ...(performance && performance.verdict !== 'inconclusive' ? (['performance'] as const) : []),
    ...(feedback && feedback.verdict !== 'inconclusive' ? (['feedback'] as const) : []),
  ];
}
