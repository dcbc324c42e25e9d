import { unattended } from '../../compute/fleet.ts';
import { type Command, exit, flag } from '../command.ts';
import { renderFleet } from '../output/fleet.ts';

/** Standing machines: who trains on which queue, and whose work waits. */
export const run: Command = async ({ client, output }, _, options) => {
  const fleet = await (await client()).fleet();
  output.document(fleet, (style) => renderFleet(fleet, style));
  const stuck = fleet.queues.some((queue) => queue.waiting.length > 0 && unattended(queue));
  return flag(options, 'exitStatus') && stuck ? exit.negative : exit.ok;
};
