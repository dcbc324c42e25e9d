import type { Command } from '../command.ts';
import { decide } from '../decide.ts';

/** Shows the evidence, then turns the version down. */
export const run: Command = async (context, [target = ''], options) => {
  return await decide(context, 'reject', target, options);
};
