import { type Command, flag } from '../command.ts';
import { steer } from '../steer.ts';

/** Holds a rollout where it is, or lets it go on. */
export const run: Command = async (context, [target = ''], options) => {
  return await steer(context, flag(options, 'resume') ? 'resume' : 'pause', target, options);
};
