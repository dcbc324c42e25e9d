import { renderEvaluation } from '../../../src/cli/output/evaluation.ts';
import { type EvaluationReport, PerennialClient, type RunProgress } from '../../../src/client/index.ts';
import type { Alarm } from './drift.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';
import { watchRollout } from './rollouts.ts';
import { followRun } from './runs.ts';
import { startTraffic, type Traffic } from './traffic.ts';

export interface Retrained {
  readonly run: string;
  readonly version: number;
  readonly evaluation: EvaluationReport;
  readonly traffic: Awaited<ReturnType<Traffic['stop']>>;
}

/** The run that the alarm started: candidates, evidence, a person's approval, the rollout under real traffic. */
export async function retrainStep(stage: Stage, { run }: Alarm): Promise<Retrained> {
  const { client, narrator } = stage;
  narrator.chapter(`${run}: two candidates against the champion`);
  const waiting = await followRun(stage, run, asksForApproval);
  const { evaluation } = await client.run(run);
  const winner = evaluation?.winner ?? null;
  expectThat(
    evaluation !== null && winner !== null,
    `${run} should have found a better version, but it is ${waiting.state}: ${waiting.result?.summary ?? ''}`,
  );
  narrator.block(renderEvaluation(evaluation, narrator.style));

  const traffic = startTraffic(stage, { from: '2013-06-30', to: '2013-07-27' });
  await (stage.interactive ? waitForPerson(stage, waiting) : approveAsAna(stage, waiting));

  narrator.chapter(
    'The rollout: shadow, then 5 %, then all, while the flights of the following days ask for predictions',
  );
  const { version } = winner;
  await watchRollout(stage, `flight-delay-v${version}-${run.slice('flight-delay-'.length)}`);
  const ended = await followRun(stage, run, () => false, waiting);
  const summary = await traffic.stop();
  expectThat(
    ended.result?.outcome === 'promoted',
    `${run} should have promoted flight-delay@${version}, but: ${ended.result?.summary}`,
  );
  expectThat(
    summary.failed === 0,
    `${summary.failed} of ${summary.sent} requests failed during the rollout: ${JSON.stringify(summary.failures)}`,
  );
  const states = new Map((await client.versions('flight-delay')).map((each) => [each.version, each.state]));
  expectThat(
    states.get(version) === 'stable',
    `flight-delay@${version} should be stable, but it is ${states.get(version)}.`,
  );
  narrator.line(
    `flight-delay@${version} is stable; ${summary.answered.toLocaleString('en')} of ${summary.sent.toLocaleString('en')} requests were answered meanwhile`,
    'good',
  );
  return { run, version, evaluation, traffic: summary };
}

/** Also when a quick hand has decided already. */
function asksForApproval({ stages, state }: RunProgress): boolean {
  const approval = stages.find(({ kind }) => kind === 'approve');
  return state === 'waiting-for-retry' || (approval !== undefined && approval.state !== 'waiting');
}

/** Ana may approve and nothing else; the run was asked for by the check, so four eyes are kept. */
async function approveAsAna({ client, platform, narrator }: Stage, { run, approval }: RunProgress): Promise<void> {
  const { token } = await client.createToken('ana', ['approver']);
  const ana = new PerennialClient({ url: platform.urls.api, gatewayUrl: platform.urls.gateway, token });
  const said = await ana.approve(run ?? '', {
    reason: 'better on the last two weeks, at every airport',
    evidence: approval?.evidence ?? '',
  });
  narrator.line(`${said.message}, through the TypeScript client: new PerennialClient().approve('${run}', …)`, 'good');
}

async function waitForPerson(stage: Stage, progress: RunProgress): Promise<void> {
  const { narrator, platform, state } = stage;
  const { run, approval } = progress;
  if (!approval) return;
  narrator.block(`
  ${run} waits for you until ${approval.deadline}. In another terminal:

    PERENNIAL_STATE='${state}' npm run perennial -- approve ${run} --reason "looks right"
    PERENNIAL_STATE='${state}' npm run perennial -- reject ${run} --reason "not yet"

  or in Temporal UI: ${platform.urls.temporalUi}/namespaces/default/workflows/retrain:flight-delay
  send the signal "approve" with the input {"by": "your name", "reason": "looks right"}
`);
  const decided = await followRun(stage, run ?? '', ({ state: now }) => now !== 'waiting-for-approval', progress);
  expectThat(decided.result?.outcome !== 'rejected', `You rejected ${run}: the story ends here.`);
}
