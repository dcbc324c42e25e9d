import { formatInstant } from '../../report/numbers.ts';
import { type Command, exit } from '../command.ts';
import { needsAnswer } from '../failure.ts';
import { askReason } from '../reason.ts';
import { untilWhen } from '../until.ts';

/** Lends a role until a day. */
export const run: Command = async (context, [role = '', to = ''], options) => {
  const command = `perennial delegate ${role} ${to}`;
  const until = untilWhen(options, context.terminal.now());
  if (until === null) throw needsAnswer('--until', `${command} --until 2027-01-07`);
  const reason = await askReason(context, options, `${command} --until ${until.slice(0, 10)}`);
  const lent = await (await context.client()).delegate({ role, to, until, reason });
  context.output.document(lent, () =>
    [
      `${lent.to} votes as ${lent.role} for ${lent.holder} until ${formatInstant(lent.until)} UTC.`,
      `  perennial delegations revoke ${lent.id}`,
    ].join('\n'),
  );
  return exit.ok;
};
