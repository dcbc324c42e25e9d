import type { Command } from '../command.ts';
import { steerSweep } from '../steer-sweep.ts';

/** Lets a paused sweep go on. */
export const run: Command = async (context, args, options) => await steerSweep(context, 'resume', args, options);
