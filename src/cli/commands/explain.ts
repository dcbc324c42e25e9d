import { type Command, exit } from '../command.ts';
import { renderExplanation } from '../output/explain.ts';
import { resolveVersion } from '../resolve.ts';

/** Tells a version's story from what was stored when it was decided on; nothing is computed anew. */
export const run: Command = async ({ client, output }, [target = '', separate]) => {
  const perennial = await client();
  const { model, version } = await resolveVersion(perennial, target, separate);
  const story = await perennial.explain(model, version);
  output.document(story, (style) => renderExplanation(story, style));
  return exit.ok;
};
