import { type Command, exit } from '../command.ts';
import { usageError } from '../failure.ts';
import { askReason } from '../reason.ts';

/** Ends a delegation at once. */
export const run: Command = async (context, [number = ''], options) => {
  if (!/^\d{1,9}$/.test(number))
    throw usageError(`${JSON.stringify(number)} is not a delegation.`, 'List them: perennial delegations');
  const reason = await askReason(context, options, `perennial delegations revoke ${number}`);
  const ended = await (await context.client()).revokeDelegation(Number(number), reason);
  context.output.document(ended, () => `${ended.to} does not act as ${ended.role} for ${ended.holder} any more.`);
  return exit.ok;
};
