import { percent, short } from '../drift/measured-column.ts';
import { durationMs } from '../plan/duration.ts';
import type { LabelFacts } from '../profile/facts.ts';
import { counted, listed, own, topOf } from './evidence.ts';
import type { Fault } from './fault.ts';
import { dayMs, judgedDays, type QualityInput } from './quality.ts';

/** Labels that should be final and are not there, or that cannot be labels of this model. */
export function labelFaults(input: QualityInput): Fault[] {
  const { column, maturesAfter } = input.data.label;
  const was = input.reference.whole.label;
  return judgedDays(input).flatMap(({ day, profile: { label } }) => {
    if (!label || Date.parse(day) + dayMs + durationMs(maturesAfter) > Date.parse(input.asOf)) return [];
    return [...missing(label), ...(was ? [...classes(label, was), ...numbers(label, was)] : [])].map(
      (fault): Fault => ({ ...fault, column, day }),
    );
  });
}

type LabelFault = Omit<Fault, 'column' | 'day'>;

/** A storm leaves two flights in three without an arrival: only what is beyond such days is a fault. */
const tolerated = 0.75;

function missing({ present, missing: absent }: LabelFacts): LabelFault[] {
  const size = absent / (present + absent);
  if (!(size > tolerated)) return [];
  const severity = size > 0.95 ? 'critical' : 'warning';
  return [
    {
      code: 'label-missing',
      severity,
      size,
      says: `${percent(size)} of ${counted(present + absent)} have no label, though it should be final`,
    },
  ];
}

function classes(now: LabelFacts, was: LabelFacts): LabelFault[] {
  const names = Object.keys(now.classes);
  const old = new Set(Object.keys(was.classes));
  if (names.length === 0 || old.size === 0) return [];
  const unknown = names.filter((name) => !old.has(name));
  const rows = unknown.reduce((total, name) => total + (now.classes[name] ?? 0), 0);
  const top = topOf(now.classes);
  const topBefore = top === null ? 0 : (own(was.classes, top.name) ?? 0) / Math.max(1, was.present);
  // What the rest of the labels would be, were it as in the reference.
  const expectedRest = now.present * (1 - topBefore);
  const one = top !== null && top.rows === now.present && now.present >= 50 && expectedRest >= 10;
  return [
    ...(rows > 0
      ? [
          {
            code: 'unknown-label',
            severity: 'critical',
            size: rows / Math.max(1, now.present),
            says: `${counted(rows)} labelled ${listed(unknown)}, which the reference does not have`,
          } as const,
        ]
      : []),
    ...(one
      ? [
          {
            code: 'one-label',
            severity: 'critical',
            size: 1,
            says: `all ${now.present} labels are ${JSON.stringify(top.name)}, ${percent(topBefore)} in the reference`,
          } as const,
        ]
      : []),
  ];
}

function numbers(now: LabelFacts, was: LabelFacts): LabelFault[] {
  if (now.min === null || now.max === null || was.min === null || was.max === null) return [];
  const span = was.max - was.min;
  if (span === 0 || (now.min >= was.min - span && now.max <= was.max + span)) return [];
  const says = `labels from ${short(now.min)} to ${short(now.max)}, in the reference from ${short(was.min)} to ${short(was.max)}`;
  return [{ code: 'label-out-of-range', severity: 'warning', size: 0.01, says }];
}
