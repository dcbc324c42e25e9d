import { type Command, exit } from '../command.ts';
import { cacheDocument, renderCache } from '../output/cache.ts';
import { resolveRun } from '../resolve.ts';

/** Tells of each stage whether it was taken from the cache, and why. */
export const run: Command = async ({ client, output }, [target = '']) => {
  const perennial = await client();
  const { progress } = await perennial.run(await resolveRun(perennial, target));
  output.document(cacheDocument(progress), (style) => renderCache(progress, style));
  return exit.ok;
};
