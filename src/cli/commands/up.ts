import { type Command, exit, flag, text } from '../command.ts';
import { usageError } from '../failure.ts';

/** Starts the embedded platform; it prints its own addresses. */
export const run: Command = async (_context, _args, options) => {
  const state = text(options, 'state');
  const port = text(options, 'portBase');
  if (port !== undefined && !/^\d{2,5}$/.test(port)) {
    throw usageError(`${JSON.stringify(port)} is not a port.`, 'Give a number such as 17233.');
  }
  const { runUp } = await import('../../platform/up.ts');
  await runUp({
    detach: flag(options, 'detach'),
    json: flag(options, 'json'),
    ...(state === undefined ? {} : { state }),
    ...(port === undefined ? {} : { portBase: Number(port) }),
  });
  return exit.ok;
};
