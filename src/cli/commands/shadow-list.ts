import { type Command, exit } from '../command.ts';
import { renderShadows } from '../output/shadows.ts';

/** The versions of a model that see copies of all requests. */
export const run: Command = async ({ client, output }, [model = '']) => {
  const shadows = await (await client()).shadows.list(model);
  output.document(shadows, (style) => renderShadows(model, shadows, style));
  return exit.ok;
};
