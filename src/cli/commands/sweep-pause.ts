import type { Command } from '../command.ts';
import { steerSweep } from '../steer-sweep.ts';

/** Lets the trials of a sweep that run finish, and starts none. */
export const run: Command = async (context, args, options) => await steerSweep(context, 'pause', args, options);
