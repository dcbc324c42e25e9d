import { PerennialError } from '../../errors/error.ts';
import { type Command, exit } from '../command.ts';
import { resolveRun } from '../resolve.ts';

/** Takes a failed stage up again. */
export const run: Command = async ({ client, output }, [target = '', stage]) => {
  const perennial = await client();
  const name = await resolveRun(perennial, target);
  const chosen = stage ?? (await failedStage(() => perennial.run(name), name));
  const { message } = await perennial.retryStage(name, chosen);
  output.document({ run: name, stage: chosen, message }, () => `${name}: ${message}\n  perennial watch ${name}`);
  return exit.ok;
};

async function failedStage(
  read: () => Promise<{ readonly progress: { readonly stages: readonly { name: string; state: string }[] } }>,
  run: string,
): Promise<string> {
  const { progress } = await read();
  const failed = progress.stages.find(({ state }) => state === 'failed');
  if (failed) return failed.name;
  throw new PerennialError('PRN-CLI-005', {
    message: `No stage of ${run} has failed.`,
    hint: `See where it stands: perennial watch ${run}`,
  });
}
