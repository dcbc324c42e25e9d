import type { Command } from '../command.ts';
import { steerSweep } from '../steer-sweep.ts';

/** Ends a sweep; the run goes on with the best trial so far. */
export const run: Command = async (context, args, options) => await steerSweep(context, 'stop', args, options);
