import { formatInstant } from '../../report/numbers.ts';
import { type Command, exit, flag } from '../command.ts';
import { askReason } from '../reason.ts';
import { parseAlarm } from '../resolve.ts';
import { untilWhen } from '../until.ts';

/** Keeps an alarm silent for a while, or wakes it. */
export const run: Command = async (context, [number = ''], options) => {
  const alarm = parseAlarm(number);
  const until = flag(options, 'wake')
    ? null
    : (untilWhen(options, context.terminal.now()) ?? dayLater(context.terminal.now()));
  const reason = await askReason(context, options, `perennial alarms snooze ${alarm}`);
  const told = await (await context.client()).snoozeAlarm(alarm, { until, reason });
  context.output.document(told, () =>
    until === null
      ? `Alarm ${alarm} is awake.`
      : `Alarm ${alarm} is silent until ${formatInstant(until)} UTC, unless it gets worse.`,
  );
  return exit.ok;
};

const dayLater = (now: Date) => new Date(now.getTime() + 86_400_000).toISOString();
