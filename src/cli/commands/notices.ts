import { type Command, exit, flag, text } from '../command.ts';
import { renderNotices } from '../output/notices.ts';
import { parseCount } from '../resolve.ts';

/** What was told to whom. */
export const run: Command = async ({ client, output }, [model = ''], options) => {
  const notices = await (await client()).notices(model, parseCount(text(options, 'limit'), 20));
  output.document(notices, (style) => renderNotices(model, notices, style));
  const lost = notices.some(({ state }) => state === 'refused' || state === 'uncertain');
  return flag(options, 'exitStatus') && lost ? exit.negative : exit.ok;
};
