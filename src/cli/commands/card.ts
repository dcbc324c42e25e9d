import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, exit, text } from '../command.ts';
import { resolveVersion } from '../resolve.ts';

/** The model card as Markdown on standard output, or the report with pictures in a file. */
export const run: Command = async ({ client, output, terminal }, [target = '', separate], options) => {
  const perennial = await client();
  const { model, version } = await resolveVersion(perennial, target, separate);
  const file = text(options, 'html');
  if (file === undefined) {
    const card = await perennial.card(model, version);
    output.document({ model, version, card }, () => card.trimEnd());
    return exit.ok;
  }
  const path = resolve(terminal.cwd, file);
  await writeFile(path, await perennial.card(model, version, 'html'));
  output.document({ model, version, html: path }, () => `Wrote ${path}`);
  return exit.ok;
};
