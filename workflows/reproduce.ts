import { executeChild, proxyActivities, setCurrentDetails, uuid4, workflowInfo } from '@temporalio/workflow';
import type { createReproduceActivities } from '../activities/reproduce.ts';
import type { Reproduction } from '../src/reproduce/compare.ts';
import type { ReproduceInput } from './messages.ts';
import { train } from './train.ts';

const reproductions = proxyActivities<ReturnType<typeof createReproduceActivities>>({
  startToCloseTimeout: '2 min',
  scheduleToCloseTimeout: '1 h',
  retry: { initialInterval: '200 ms', maximumInterval: '10 s' },
});

/** Trains a version again from its record, on the kind of machine that trained it, and compares. Touches nothing that is live. */
export async function reproduce({ model, version, by }: ReproduceInput): Promise<Reproduction> {
  const asked = { model, version, run: `${model}-v${version}-again-${uuid4().slice(0, 8)}` };
  const job = await reproductions.readTrainingRecord(asked);
  const trained = await executeChild(train, { workflowId: `${workflowInfo().workflowId}/${asked.run}`, args: [job] });
  const reproduction = await reproductions.judgeReproduction(asked, trained, by);
  setCurrentDetails(
    `**${reproduction.identical ? 'identical' : 'different'}**: sha256 ${reproduction.again.artifactDigest}`,
  );
  return reproduction;
}
