import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CheckReport } from '../monitor/report.ts';
import type { CommandContext, Options } from './command.ts';
import { text } from './command.ts';

/** Writes the check as a page where `--html` names a file; pages are loaded only then. */
export async function writeCheckPage(
  { terminal }: Pick<CommandContext, 'terminal'>,
  options: Options,
  report: CheckReport | null,
): Promise<void> {
  const file = text(options, 'html');
  if (file === undefined || report === null) return;
  const { checkPage } = await import('../report/check-page.ts');
  await writeFile(resolve(terminal.cwd, file), checkPage(report));
}
