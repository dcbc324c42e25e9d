import { formatDuration } from '../../report/numbers.ts';
import type { Reproduction } from '../../reproduce/compare.ts';
import type { Difference } from '../../stage-cache/difference.ts';
import { paint, type Style } from './style.ts';
import { renderTable } from './table.ts';

/** The verdict first; of a version that came out different, what went in otherwise and what came out otherwise. */
export function renderReproduction(reproduction: Reproduction, style: Style): string {
  const { model, version, identical, seconds, again, recorded } = reproduction;
  const mark = identical ? paint(style, 'good', '✔ identical') : paint(style, 'bad', '✖ different');
  const head = `${paint(style, 'strong', `${model}@${version}`)}  ${mark}  trained again in ${formatDuration(seconds * 1_000)}`;
  const digest = identical
    ? `sha256 of model.onnx both times ${again.artifactDigest}`
    : `sha256 of model.onnx ${recorded.artifactDigest} then, ${again.artifactDigest} now`;
  return [head, digest, hardwareLine(reproduction), ...differenceLines(reproduction, style)].join('\n');
}

function hardwareLine({ sameHardware, recorded, again }: Reproduction): string {
  if (sameHardware === null)
    return `hardware: ${again.hardware ?? 'unknown'} now, ${recorded.hardware ?? 'unknown'} then`;
  if (sameHardware) return `same class of hardware: ${again.hardware}`;
  return `other hardware: ${again.hardware} now, ${recorded.hardware} then; last bits may differ`;
}

function differenceLines({ identical, causes, effects }: Reproduction, style: Style): string[] {
  if (causes.length === 0 && effects.length === 0) return [];
  const lines = [];
  if (causes.length > 0) lines.push('', 'What went in otherwise:', table(causes, style));
  else if (!identical)
    lines.push('', 'Nothing that is recorded went in otherwise: the trainer itself does not repeat its results.');
  if (effects.length > 0) lines.push('', 'What came out otherwise:', table(effects, style));
  return lines;
}

function table(found: readonly Difference[], style: Style): string {
  const columns = [{ title: '' }, { title: 'then', shrinkTo: 12 }, { title: 'now', shrinkTo: 12 }];
  const rows = found.map(({ what, before, now }) => [what, before ?? '–', now ?? '–']);
  return renderTable(columns, rows, { ...style, indent: 2 });
}
