import { type Command, exit } from '../command.ts';
import { mutedOf, mutedWords } from '../muted.ts';
import { askReason } from '../reason.ts';

/** Hears of findings again. */
export const run: Command = async (context, [model = '', column], options) => {
  const muted = mutedOf(column, options);
  const reason = await askReason(context, options, `perennial alarms unmute ${model} ${column ?? '--code <code>'}`);
  const said = await (await context.client()).unmute(model, { ...muted, reason });
  context.output.document(said, () => `${mutedWords(muted)} of ${model} opens alarms again.`);
  return exit.ok;
};
