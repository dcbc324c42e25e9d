import { type Command, exit } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseAlarm } from '../resolve.ts';

/** Somebody knows. */
export const run: Command = async (context, [number = ''], options) => {
  const alarm = parseAlarm(number);
  const comment = await askReason(context, options, `perennial alarms ack ${alarm}`);
  const told = await (await context.client()).acknowledgeAlarm(alarm, comment);
  context.output.document(told, () => `Alarm ${alarm} is acknowledged; it is told again only when it gets worse.`);
  return exit.ok;
};
