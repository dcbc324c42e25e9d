import type { Applied } from '../../api/wire.ts';
import { isPerennialError, PerennialError } from '../../errors/error.ts';
import { formatChange } from '../../plan/diff.ts';
import { formatProblems } from '../../plan/format.ts';
import type { Problem } from '../../plan/problem.ts';
import { type Command, exit, flag } from '../command.ts';
import { cut, paint, type Style } from '../output/style.ts';

/** Registers a model file. With --dry-run only tells what would change. */
export const run: Command = async ({ client, output }, [file = ''], options) => {
  const dryRun = flag(options, 'dryRun');
  try {
    const applied = await (await client()).apply(file, { dryRun });
    output.document(applied, (style) => render(applied, style));
    return dryRun && applied.changed ? exit.negative : exit.ok;
  } catch (error) {
    throw isPerennialError(error) && error.code === 'PRN-API-005' ? placed(error, output.style) : error;
  }
};

const linesShown = 20;

/** The most important line is the last one: it stays on the screen. */
function render({ model, revision, changed, dryRun, changes, schedules, segments }: Applied, style: Style): string {
  // Of a new model everything is new: its stages say enough.
  const isNew = changes.some(({ path }) => path === 'model');
  const told = isNew ? changes.filter(({ path }) => path.startsWith('plan.')) : changes;
  const lines = told.slice(0, linesShown).map((change) => `  ${changeLine(formatChange(change), style)}`);
  if (told.length > linesShown) lines.push(`  … and ${told.length - linesShown} more (--json shows all)`);
  const timers = schedules.map(({ id, cron }) => paint(style, 'muted', `  schedule ${id}  ${cron} (UTC)`));
  const signs = changes.map((change) => formatChange(change).charAt(0));
  const count = (sign: string) => signs.filter((each) => each === sign).length;
  const counts = `${count('+')} to add, ${count('~')} to change, ${count('-')} to remove`;
  const verb = dryRun
    ? `would become revision ${changed ? revision + 1 : revision}`
    : `applied as revision ${revision}`;
  const end = changed ? `${model}: ${verb} (${isNew ? 'new' : counts})` : `${model}: unchanged, revision ${revision}`;
  const parts = segments.length > 0 ? [paint(style, 'muted', `  segments ${segments.join(', ')}`)] : [];
  return [...lines, ...timers, ...parts, paint(style, 'strong', end)].join('\n');
}

function changeLine(text: string, style: Style): string {
  const tones = { '+': 'good', '-': 'bad', '~': 'warn' } as const;
  const tone = tones[text.charAt(0) as keyof typeof tones] ?? 'plain';
  return paint(style, tone, cut(text, style.width - 2));
}

/** The server's list of problems, as `validate` would show it. */
function placed(error: PerennialError, { color }: Style): PerennialError {
  const problems = error.details.problems;
  if (!Array.isArray(problems)) return error;
  const message = `${formatProblems(problems as readonly Problem[], { color })}\n`;
  return new PerennialError('PRN-API-005', { message, hint: error.hint, details: error.details, cause: error });
}
