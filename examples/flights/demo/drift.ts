import { renderCheck } from '../../../src/cli/output/check.ts';
import type { CheckReport } from '../../../src/client/index.ts';
import { expectThat } from './expectation.ts';
import type { Stage } from './open.ts';

export interface Alarm {
  readonly report: CheckReport;
  readonly run: string;
}

const asOf = '2013-06-30';

/** Late June is not February: the check finds it and starts a run by itself. */
export async function driftStep(stage: Stage): Promise<Alarm> {
  const { client, narrator } = stage;
  narrator.chapter(`The check as of ${asOf}: the last week against what the champion learned from`);
  const { result, report, failure } = await client.check('flight-delay', { asOf });
  expectThat(result !== null && report !== null, `The check failed: ${failure}`);
  narrator.block(renderCheck(report, narrator.style));
  expectThat(result.verdict === 'alarm', `Drift should have been found, but the check says ${result.verdict}.`);
  expectThat(
    report.columns.some(({ drifted }) => drifted),
    'Some column should have drifted.',
  );
  expectThat(
    report.performance?.verdict === 'fell',
    `The performance should have fallen, but it ${report.performance?.verdict}.`,
  );
  expectThat(result.reaction === 'run-started', `The alarm should have started a run, but: ${result.reaction}`);
  const run = await runOfAlarm(stage);
  narrator.line(`alarm raised; it has started ${run}`, 'good');
  return { report, run };
}

async function runOfAlarm({ client }: Stage): Promise<string> {
  for (;;) {
    const found = (await client.runs('flight-delay')).find(({ trigger }) => trigger.kind === 'alarm');
    if (found) return found.run;
    await new Promise((tick) => setTimeout(tick, 200));
  }
}
