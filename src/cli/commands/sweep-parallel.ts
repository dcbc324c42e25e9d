import type { Command } from '../command.ts';
import { steerSweep } from '../steer-sweep.ts';

/** Changes how many trials of a sweep run at a time. */
export const run: Command = async (context, args, options) => await steerSweep(context, 'parallel', args, options);
