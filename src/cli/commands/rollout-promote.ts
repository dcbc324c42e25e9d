import type { Command } from '../command.ts';
import { steer } from '../steer.ts';

/** Gives the version all traffic now. */
export const run: Command = async (context, [target = ''], options) => {
  return await steer(context, 'promote', target, options);
};
