import type { Command } from '../command.ts';
import { steerSweep } from '../steer-sweep.ts';

/** Gives a sweep more trials. */
export const run: Command = async (context, args, options) => await steerSweep(context, 'extend', args, options);
