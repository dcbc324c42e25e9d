import { percent } from '../drift/measured-column.ts';
import type { PartitionProfile } from '../profile/profile.ts';
import { own } from './evidence.ts';
import type { Fault } from './fault.ts';
import { judgedDays, type QualityInput } from './quality.ts';

/** A day or a window in which none of so many expected rows came is no chance; how rows cluster is not known, so this is far beyond it. */
const expectedAtLeast = 30;
/** Rarer names come and go with the seasons: they are told as infos. */
const common = 0.05;

/** Categories of the reference without a row: common ones on any day, rare ones in the whole window. */
export function vanishedFaults(input: QualityInput): Fault[] {
  const names = Object.entries(input.data.features).flatMap(([column, { type }]) =>
    type === 'categorical' ? [column] : [],
  );
  const days = judgedDays(input).map(({ day, profile }) => ({ day, profile, least: common }));
  return [...days, { day: null, profile: input.current, least: 0 }].flatMap(({ day, profile, least }) =>
    names.flatMap((column) => vanished(column, profile, input, least, day)),
  );
}

function vanished(
  column: string,
  profile: PartitionProfile,
  { reference }: QualityInput,
  least: number,
  day: string | null,
): Fault[] {
  const [now, was] = [profile.columns[column], reference.whole.columns[column]];
  if (now?.kind !== 'categorical' || was?.kind !== 'categorical' || was.present === 0) return [];
  const gone = Object.entries(was.counts)
    .map(([name, rows]) => ({ name, share: rows / was.present }))
    .filter(({ name, share }) => share >= least && share * now.present >= expectedAtLeast && !own(now.counts, name))
    .sort((a, b) => b.share - a.share);
  const [first] = gone;
  if (first === undefined) return [];
  const size = gone.reduce((total, { share }) => total + share, 0);
  const others = gone.length > 1 ? ` and ${gone.length - 1} more` : '';
  const says = `no row of ${now.present} holds ${JSON.stringify(first.name)}${others}: ${percent(size)} of the reference’s rows do`;
  const severity = first.share >= common ? 'warning' : 'info';
  return [{ code: 'vanished-category', column, day, severity, size, says }];
}
