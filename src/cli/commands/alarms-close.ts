import { type Command, exit } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseAlarm } from '../resolve.ts';

/** Closes an alarm by hand. */
export const run: Command = async (context, [number = ''], options) => {
  const alarm = parseAlarm(number);
  const reason = await askReason(context, options, `perennial alarms close ${alarm}`);
  const closed = await (await context.client()).closeAlarm(alarm, reason);
  context.output.document(
    closed,
    () => `Alarm ${alarm} is closed. What it knows opens none again until it has gone, or got worse.`,
  );
  return exit.ok;
};
