import type { Command } from '../command.ts';
import { decide } from '../decide.ts';

/** Shows the evidence, then releases the version. */
export const run: Command = async (context, [target = ''], options) => {
  return await decide(context, 'approve', target, options);
};
