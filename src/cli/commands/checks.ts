import { type Command, exit, text } from '../command.ts';
import { renderCheck } from '../output/check.ts';
import { renderChecks } from '../output/checks.ts';
import { parseCount } from '../resolve.ts';
import { writeCheckPage } from '../write-page.ts';

/** The checks of a model, or the report of one. */
export const run: Command = async (context, [model = ''], options) => {
  const { client, output } = context;
  const perennial = await client();
  const shown = text(options, 'show');
  if (shown !== undefined) {
    const detail = await perennial.checkReport(model, shown);
    const { report, record } = detail;
    await writeCheckPage(context, options, report);
    output.document(detail, (style) =>
      report ? renderCheck(report, style) : `${model}: ${record?.verdict ?? detail.state}. ${record?.summary ?? ''}`,
    );
    return exit.ok;
  }
  const limit = parseCount(text(options, 'limit'), 20);
  const before = text(options, 'before');
  const checks = await perennial.checks(model, { limit, ...(before === undefined ? {} : { before }) });
  output.document(checks, (style) => renderChecks(model, checks, limit, style));
  return exit.ok;
};
