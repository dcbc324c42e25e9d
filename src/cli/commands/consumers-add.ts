import { type Command, exit, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { formatQuota } from '../output/consumers.ts';
import { paint } from '../output/style.ts';

/** Makes a key and shows it, this once. */
export const run: Command = async ({ client, output }, [model = '', consumer = ''], options) => {
  const quota = quotaOf(text(options, 'perMinute'));
  const made = await (await client()).consumers.add(model, consumer, quota);
  output.document(made, (style) =>
    [
      paint(style, 'strong', made.key),
      `Key of ${made.consumer} for ${made.model} (${formatQuota(made)}). It is not shown again: send it to the gateway as x-api-key.`,
    ].join('\n'),
  );
  return exit.ok;
};

function quotaOf(given: string | undefined): { readonly requestsPerMinute?: number } {
  if (given === undefined) return {};
  if (/^[1-9]\d{0,8}$/.test(given)) return { requestsPerMinute: Number(given) };
  throw usageError(`${JSON.stringify(given)} is not a number of requests.`, 'Give a whole number such as 600.');
}
