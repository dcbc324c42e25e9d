import { type Command, exit } from '../command.ts';

/** Ends a key. */
export const run: Command = async ({ client, output }, [model = '', consumer = '']) => {
  const ended = await (await client()).consumers.revoke(model, consumer);
  output.document(ended, () =>
    ended.revoked
      ? `The key of ${ended.consumer} for ${ended.model} is taken away; gateways know within five seconds.`
      : `${ended.consumer} has no key for ${ended.model}. See who has: perennial consumers ${ended.model}`,
  );
  return ended.revoked ? exit.ok : exit.negative;
};
