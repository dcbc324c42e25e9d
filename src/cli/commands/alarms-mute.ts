import { formatInstant } from '../../report/numbers.ts';
import { type Command, exit } from '../command.ts';
import { mutedOf, mutedWords } from '../muted.ts';
import { askReason } from '../reason.ts';
import { untilWhen } from '../until.ts';

/** Lets findings of a column, or of a code, open no alarm. */
export const run: Command = async (context, [model = '', column], options) => {
  const muted = mutedOf(column, options);
  const until = untilWhen(options, context.terminal.now());
  const reason = await askReason(context, options, `perennial alarms mute ${model} ${column ?? '--code <code>'}`);
  const made = await (await context.client()).mute(model, { ...muted, reason, ...(until === null ? {} : { until }) });
  context.output.document(made, () => {
    const end = until === null ? 'for ever' : `until ${formatInstant(until)} UTC`;
    return `${mutedWords(muted)} of ${model} opens no alarm ${end}.`;
  });
  return exit.ok;
};
