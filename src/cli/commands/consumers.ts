import { type Command, exit } from '../command.ts';
import { renderConsumers } from '../output/consumers.ts';

/** Who calls what. */
export const run: Command = async ({ client, output }, [model]) => {
  const consumers = await (await client()).consumers.list(model ?? null);
  output.document(consumers, (style) => renderConsumers(consumers, { ...style, model: model ?? null }));
  return exit.ok;
};
