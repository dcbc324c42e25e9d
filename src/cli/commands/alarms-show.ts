import { type Command, exit } from '../command.ts';
import { renderAlarm } from '../output/alarms.ts';
import { parseAlarm } from '../resolve.ts';

/** One alarm with all that it has found. */
export const run: Command = async ({ client, output, terminal }, [number = '']) => {
  const alarm = await (await client()).alarm(parseAlarm(number));
  const now = terminal.now().toISOString();
  output.document(alarm, (style) => renderAlarm(alarm, { ...style, model: alarm.model, now }));
  return exit.ok;
};
