import { type Command, exit, text } from '../command.ts';
import { askReason } from '../reason.ts';

/** Makes a version of a model that another server has. */
export const run: Command = async (context, [model = '', url = ''], options) => {
  const reason = await askReason(context, options, `perennial register ${model} ${url}`);
  const name = text(options, 'name');
  const made = await (await context.client()).registerVersion(model, { url, reason, ...(name ? { name } : {}) });
  context.output.document(made, () =>
    [
      `${made.model} v${made.version} is ${made.artifact} (${made.state}). No gate has seen it.`,
      `  perennial rollout start ${made.model} ${made.version} --force --reason "<why>"`,
    ].join('\n'),
  );
  return exit.ok;
};
