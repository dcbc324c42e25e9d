import type { SweepDetail } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import { usageError } from './failure.ts';
import { resolveRun } from './resolve.ts';

/** The sweep that a person means: of this stage, or of the only train stage that has one; of a model, in the newest run that has one. @throws PRN-CLI-005 there is none */
export async function sweepOf(client: PerennialClient, target: string, named: string | undefined): Promise<FoundSweep> {
  const run = await resolveRun(client, target);
  if (named !== undefined) return { run, stage: named, sweep: await client.sweep(run, named) };
  const earlier = run === target ? [] : (await client.runs(target, 20)).map((each) => each.run);
  for (const each of new Set([run, ...earlier])) {
    const found = await onlySweep(client, each);
    if (found) return found;
  }
  throw new PerennialError('PRN-CLI-005', {
    message: `No stage of ${earlier.length > 1 ? `the latest ${earlier.length} runs of ${target}` : run} has a sweep yet.`,
    hint: `See where it stands: perennial watch ${run}`,
  });
}

interface FoundSweep {
  readonly run: string;
  readonly stage: string;
  readonly sweep: SweepDetail;
}

async function onlySweep(client: PerennialClient, run: string): Promise<FoundSweep | null> {
  const { progress } = await client.run(run);
  const stages = progress.stages.filter(({ kind }) => kind === 'train').map(({ name }) => name);
  const found = await Promise.all(
    stages.map(async (stage) => ({ run, stage, sweep: await ifAny(client, run, stage) })),
  );
  const [only, another] = found.flatMap(({ sweep, ...of }) => (sweep ? [{ ...of, sweep }] : []));
  if (another) throw usageError(`${stages.length} stages of ${run} have a sweep.`, `Name one of ${stages.join(', ')}.`);
  return only ?? null;
}

/** Null for a stage without a sweep. */
async function ifAny(client: PerennialClient, run: string, stage: string): Promise<SweepDetail | null> {
  try {
    return await client.sweep(run, stage);
  } catch (error) {
    if (isPerennialError(error) && ['PRN-API-004', 'PRN-API-008'].includes(error.code)) return null;
    throw error;
  }
}
