import type { Command } from '../command.ts';
import { steer } from '../steer.ts';

/** Takes the version back now. */
export const run: Command = async (context, [target = ''], options) => {
  return await steer(context, 'abort', target, options);
};
