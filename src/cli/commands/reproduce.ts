import { type Command, exit } from '../command.ts';
import { renderReproduction } from '../output/reproduction.ts';
import { resolveVersion } from '../resolve.ts';

/** Trains a version again from its record. Negative when it comes out different. */
export const run: Command = async ({ client, output }, [target = '', separate]) => {
  const perennial = await client();
  const { model, version } = await resolveVersion(perennial, target, separate);
  if (output.mode === 'human') output.note(`Trains ${model}@${version} again; Ctrl-C stops only the waiting.`);
  const reproduction = await perennial.reproduce(model, version);
  output.document(reproduction, (style) => renderReproduction(reproduction, style));
  return reproduction.identical ? exit.ok : exit.negative;
};
