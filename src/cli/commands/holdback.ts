import { type Command, exit, text } from '../command.ts';
import { renderHoldback } from '../output/holdback.ts';
import { parseCount } from '../resolve.ts';

/** Whether acting on the answers changes what happens: a random part of them is held back. */
export const run: Command = async ({ client, output }, [model = ''], options) => {
  const detail = await (await client()).traffic.heldBack(model, parseCount(text(options, 'days'), 30));
  output.document(detail, (style) => renderHoldback(detail, style));
  return detail.report?.verdict === 'feedback' ? exit.negative : exit.ok;
};
