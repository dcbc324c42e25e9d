import { type Command, exit, text } from '../command.ts';

/** Stops the platform of this folder. */
export const run: Command = async ({ output }, _args, options) => {
  const state = text(options, 'state');
  const { runDown } = await import('../../platform/up.ts');
  const stopped = await runDown(state === undefined ? {} : { state });
  output.document({ stopped }, () => (stopped ? 'Stopped.' : 'Nothing was running here.'));
  return exit.ok;
};
