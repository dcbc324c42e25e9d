import type { CheckMoves, CheckVerdict } from '../src/alarm/check-record.ts';
import type { Finding } from '../src/alarm/finding.ts';
import { type Notice, noticesOf, strongest } from '../src/alarm/tell.ts';
import type { ObjectStore } from '../src/artifacts/object-store.ts';
import { recordOfReport } from '../src/monitor/check-record.ts';
import type { CheckReport } from '../src/monitor/report.ts';
import { type Recipient, recipientsOf } from '../src/notice/recipient.ts';
import type { Registry, Trigger } from '../src/registry/registry.ts';
import { translateErrors } from './failure.ts';

export interface CheckToRecord {
  readonly model: string;
  readonly asOf: string;
  readonly verdict: CheckVerdict;
  readonly summary: string;
  readonly evidence: string | null;
  readonly durations: Readonly<Record<string, number>>;
  readonly trigger: Trigger;
  readonly workflowId: string;
  readonly temporalRunId: string;
}

export interface RecordedCheck {
  /** What is to be done, over all alarms: the workflow starts the run and knows by then whether it joined one. */
  readonly reaction: 'none' | 'notified' | 'retrain' | 'answered' | 'cooling-down';
  /** Why a run is to be started: the worst of its alarms. */
  readonly reason: string;
  /** Changes of state, a line each; why nothing moved, where it did not. */
  readonly told: readonly string[];
  readonly notices: readonly (Notice & { readonly to: Recipient; readonly evidence?: string })[];
}

export function createAlarmActivities({
  registry,
  store,
}: {
  readonly registry: Registry;
  readonly store: ObjectStore;
}) {
  return translateErrors({
    /** Keeps the check and moves the alarms. Repeating it, for whatever reason, moves and tells nothing twice. */
    async recordCheck(check: CheckToRecord): Promise<RecordedCheck> {
      const { plan } = await registry.model(check.model);
      const report = check.evidence === null ? null : await readReport(store, check.evidence);
      const { findings, judged, measures } = report ? recordOfReport(report) : nothing;
      const moves = await registry.recordCheck({
        ...{ ...check, findings, measures, champion: report?.champion ?? null },
        judged: check.verdict === 'alarm' || check.verdict === 'quiet' ? judged : [],
      });
      const notices = noticesOf(moves).flatMap((notice) =>
        recipientsOf(plan.file.notify, notice.on).map((to) => ({
          ...{ ...notice, to },
          ...(check.evidence === null ? {} : { evidence: check.evidence }),
        })),
      );
      return { ...answer(moves), reason: check.summary, told: tellMoves(moves), notices };
    },

    /** Of checks that began before checks were recorded: such a one knows no findings. */
    async openAlarm(request: {
      readonly model: string;
      readonly asOf: string;
      readonly summary: string;
      readonly evidence: string;
    }): Promise<{ reaction: 'none' | 'notified' | 'retrain' | 'cooling-down'; webhooks: string[] }> {
      const { model, asOf, summary } = request;
      const { plan } = await registry.model(model);
      const { stable } = await registry.route(model);
      const moves = await registry.recordCheck({
        ...{ ...request, verdict: 'alarm', champion: stable, judged: ['drift'], measures: {}, durations: {} },
        findings: [{ ...onlyFinding, says: summary }],
        trigger: { kind: 'schedule', by: 'schedule' },
        ...{ workflowId: `check:${model}:${asOf}`, temporalRunId: 'an earlier release' },
      });
      const webhooks = plan.file.notify.flatMap(({ on, webhook }) =>
        webhook && on.includes('alarm') ? [webhook] : [],
      );
      const { reaction } = answer(moves);
      return { reaction: reaction === 'answered' ? 'retrain' : reaction, webhooks };
    },
  });
}

const nothing = { findings: [], judged: [], measures: {} } as const;

const onlyFinding = {
  ...{ kind: 'drift', code: 'check', column: null, segment: null, severity: 'warning', size: 0 },
} as const satisfies Omit<Finding, 'says'>;

async function readReport(store: ObjectStore, key: string): Promise<CheckReport> {
  return JSON.parse(Buffer.from(await store.get(key)).toString()) as CheckReport;
}

function answer({ reactions }: CheckMoves): Pick<RecordedCheck, 'reaction'> {
  const action = strongest(reactions);
  if (action === 'notify') return { reaction: 'notified' };
  return { reaction: action === 'ignore' || action === 'snoozed' ? 'none' : action };
}

function tellMoves(moves: CheckMoves): readonly string[] {
  if (moves.why !== null) return [`No alarm moves: ${moves.why}`];
  return noticesOf(moves).map(({ text }) => text);
}
