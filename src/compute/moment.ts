/** An instant that nobody has seen, between two that are known. Milliseconds since 1970. */
export interface Moment {
  readonly after: number;
  readonly before: number;
}

export const anyMoment: Moment = { after: Number.NEGATIVE_INFINITY, before: Number.POSITIVE_INFINITY };

/** What was known, and what is known besides. */
export function narrowed(
  moment: Moment,
  { after = anyMoment.after, before = anyMoment.before }: Partial<Moment>,
): Moment {
  return { after: Math.max(moment.after, after), before: Math.min(moment.before, before) };
}

/** The middle, which is wrong by half of the gap at most; of a gap that is open at one side, its known side. */
export function likeliest({ after, before }: Moment): Date {
  if (after === anyMoment.after) return new Date(before);
  if (before === anyMoment.before) return new Date(after);
  return new Date((after + before) / 2);
}
