import { type Command, exit } from '../command.ts';
import { needsAnswer } from '../failure.ts';
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
  return exit.ok;
};
