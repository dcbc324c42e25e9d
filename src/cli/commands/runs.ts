import { type Command, exit, text } from '../command.ts';
import { renderRuns } from '../output/status.ts';
import { parseCount } from '../resolve.ts';

/** The latest runs of a model. */
export const run: Command = async ({ client, output }, [model = ''], options) => {
  const perennial = await client();
  const [runs] = await Promise.all([
    perennial.runs(model, parseCount(text(options, 'limit'), 20)),
    perennial.model(model),
  ]);
  output.document(runs, (style) => (runs.length > 0 ? renderRuns(runs, style) : `${model} has no run yet.`));
  return exit.ok;
};
