import { join } from 'node:path';
import { repository } from './place.ts';
import { currentLoad, type KeptRow, openReport, printReport, readReport, withPart, writeReport } from './report.ts';
import type { Row } from './row.ts';

/** What one bench measures, by name: measured in this order, one after the other. */
export type Sections = Readonly<Record<string, () => Promise<readonly Row[]>>>;

/**
 * Measures, prints the table, and keeps a whole run as bench/results/<area>.json.
 * @param only sections to measure; empty: all. A part is printed, and kept only where `keepPart` asks for it: its rows then take the place of
 * those that were kept before, and say themselves when and where they were measured
 * @param keep false where the run was cut short otherwise
 * @throws Error for a section that does not exist
 */
export async function runSections(
  area: string,
  sections: Sections,
  {
    only,
    keep = true,
    keepPart = false,
  }: { readonly only: readonly string[]; readonly keep?: boolean; readonly keepPart?: boolean },
): Promise<void> {
  const unknown = only.filter((name) => !(name in sections));
  if (unknown.length > 0)
    throw new Error(`no section ${unknown.join(', ')}; sections: ${Object.keys(sections).join(', ')}`);

  const close = openReport(repository);
  const rows: KeptRow[] = [];
  for (const [name, measure] of Object.entries(sections)) {
    if (only.length > 0 && !only.includes(name)) continue;
    const startedAt = performance.now();
    rows.push(...(await measure()).map((row) => ({ ...row, section: name })));
    console.error(`${name}: ${((performance.now() - startedAt) / 1000).toFixed(0)} s, load now ${currentLoad()}`);
  }
  const report = close(rows);
  printReport(report);
  const path = join(repository, 'bench', 'results', `${area}.json`);
  if (only.length === 0 && keep) await writeReport(path, report);
  else if (keep && keepPart) await writeReport(path, withPart(await readReport(path), report));
}
