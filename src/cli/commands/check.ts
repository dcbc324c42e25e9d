import { type Command, exit } from '../command.ts';
import { instantOf } from '../instant.ts';
import { renderCheck } from '../output/check.ts';
import { paragraph, wrap } from '../output/style.ts';
import { writeCheckPage } from '../write-page.ts';

/** Runs a check and shows its evidence; negative on an alarm. */
export const run: Command = async (context, [model = ''], options) => {
  const { client, output } = context;
  const asOf = instantOf(options, 'asOf');
  if (output.mode === 'human') output.note(`Checking ${model}${asOf ? ` as of ${asOf}` : ''} …`);
  const check = await (await client()).check(model, asOf === undefined ? {} : { asOf });
  const { result, report } = check;
  await writeCheckPage(context, options, report);
  output.document(check, (style) => {
    const body = report
      ? renderCheck(report, style)
      : wrap(`${result?.verdict.replaceAll('-', ' ')}: ${result?.summary}`, style.width).join('\n');
    const reaction = result && result.reaction !== 'none' ? `\nReaction: ${reactions[result.reaction]}` : '';
    const next = result?.retrain ? `\n  perennial watch ${model}` : '';
    const told = (result?.told ?? []).map((line) => `\n${paragraph(line, style)}`).join('');
    return `${body}${told}${reaction}${next}`;
  });
  return result?.verdict === 'alarm' ? exit.negative : exit.ok;
};

const reactions = {
  notified: 'whom the file names was told',
  'run-started': 'a run was started',
  'run-joined': 'the open run was told',
  answered: 'none, because the run that it has led to is still open',
  'cooling-down': 'none, because the last run was too recent (cooldown)',
} as const;
