import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { summaryOf } from '../../sweep/summary.ts';
import { type Command, exit, flag, text } from '../command.ts';
import { renderSweep } from '../output/sweep.ts';
import { renderProgress } from '../output/sweep-progress.ts';
import { sweepOf } from '../sweep-of.ts';

/** How a sweep stands or went; of one that has ended also as CSV or as a picture. */
export const run: Command = async ({ client, output, terminal }, [target = '', named], options) => {
  const { sweep } = await sweepOf(await client(), target, named);
  const { record, progress } = sweep;
  if (!record) {
    output.document(progress, (style) => renderProgress(progress, style));
    return exit.ok;
  }
  if (flag(options, 'csv')) {
    const { sweepCsv } = await import('../../report/sweep-csv.ts');
    terminal.stdout.write(sweepCsv(record));
    return exit.ok;
  }
  const picture = text(options, 'svg');
  if (picture !== undefined) {
    const { sweepSvg } = await import('../../report/sweep-svg.ts');
    await writeFile(resolve(terminal.cwd, picture), sweepSvg(record));
    output.note(`wrote ${picture}`);
    return exit.ok;
  }
  const { trials: _, ...summary } = summaryOf(record);
  output.document({ ...record, summary }, (style) => renderSweep(record, style));
  return exit.ok;
};
