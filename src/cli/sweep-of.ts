import type { SweepDetail } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { isPerennialError, PerennialError } from '../errors/error.ts';
import { usageError } from './failure.ts';
import { resolveRun } from './resolve.ts';

/** The sweep that a person means: of this stage, or of the only train stage that has one. @throws PRN-CLI-005 there is none */
export async function sweepOf(
  client: PerennialClient,
  target: string,
  named: string | undefined,
): Promise<{ readonly run: string; readonly stage: string; readonly sweep: SweepDetail }> {
  const run = await resolveRun(client, target);
  if (named !== undefined) return { run, stage: named, sweep: await client.sweep(run, named) };
  const { progress } = await client.run(run);
  const stages = progress.stages.filter(({ kind }) => kind === 'train').map(({ name }) => name);
  const found = await Promise.all(
    stages.map(async (stage) => ({ run, stage, sweep: await ifAny(client, run, stage) })),
  );
  const [only, another] = found.flatMap(({ sweep, ...of }) => (sweep ? [{ ...of, sweep }] : []));
  if (only && !another) return only;
  if (only) throw usageError(`${stages.length} stages of ${run} have a sweep.`, `Name one of ${stages.join(', ')}.`);
  throw new PerennialError('PRN-CLI-005', {
    message: `No stage of ${run} has a sweep yet.`,
    hint: `See where it stands: perennial watch ${run}`,
  });
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
