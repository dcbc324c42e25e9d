import { type Command, exit } from '../command.ts';
import { resolveRun } from '../resolve.ts';

/** Stops a run. */
export const run: Command = async ({ client, output }, [target = '']) => {
  const perennial = await client();
  const name = await resolveRun(perennial, target);
  const { message } = await perennial.cancel(name);
  output.document({ run: name, message }, () => message);
  return exit.ok;
};
