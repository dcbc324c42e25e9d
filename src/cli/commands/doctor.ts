import { type Command, exit } from '../command.ts';
import { examine } from '../doctor.ts';
import { paint, type Style } from '../output/style.ts';
import { renderTable } from '../output/table.ts';

/** Checks everything that a working installation needs; each finding names its cure. */
export const run: Command = async ({ client, output, terminal }) => {
  const findings = await examine(await client(), terminal);
  const ok = findings.every((finding) => finding.ok);
  output.document({ ok, findings }, (style) => render(findings, style));
  return ok ? exit.ok : exit.error;
};

function render(findings: Awaited<ReturnType<typeof examine>>, style: Style): string {
  const rows = findings.map(({ name, ok, detail }) => [
    ok ? ({ text: '✔ ok', tone: 'good' } as const) : ({ text: '✖ bad', tone: 'bad' } as const),
    name,
    detail,
  ]);
  const columns = [{ title: '' }, { title: '' }, { title: '', shrinkTo: 20, folds: true }] as const;
  const fixes = findings.flatMap(({ name, ok, fix }) => (ok ? [] : [`  ${name}: ${fix}`]));
  const end = fixes.length === 0 ? 'All is well.' : `To repair:\n${fixes.join('\n')}`;
  return `${renderTable(columns, rows, style)}\n\n${paint(style, 'strong', end)}`;
}
