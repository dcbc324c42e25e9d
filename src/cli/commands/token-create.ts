import { closest } from '../../plan/suggest.ts';
import { type Command, exit } from '../command.ts';
import { needsAnswer } from '../failure.ts';
import type { Output } from '../output/output.ts';
import { paint } from '../output/style.ts';

/** Makes a token and shows it, this once. */
export const run: Command = async ({ client, output }, [name = ''], { role }) => {
  if (!Array.isArray(role) || role.length === 0)
    throw needsAnswer('--role', `perennial token create ${name} --role viewer`);
  const created = await (await client()).createToken(name, role);
  output.document(created, (style) =>
    [
      `${paint(style, 'strong', created.token)}`,
      `Token of ${created.name} (${created.roles.join(', ')}). It is not shown again: PERENNIAL_TOKEN takes it.`,
    ].join('\n'),
  );
  for (const each of role) warnOfRole(String(each), output);
  return exit.ok;
};

const known = ['admin', 'operator', 'overruler', 'approver', 'viewer'];

/** Plans may name roles of their own; one that is nearly a role of the platform was probably mistyped. */
function warnOfRole(role: string, output: Output): void {
  const meant = known.includes(role) ? null : closest(role, known);
  if (meant !== null)
    output.note(`The platform has no role "${role}": it counts only where a plan names it. Did you mean ${meant}?`);
}
