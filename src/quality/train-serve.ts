import type { Finding } from '../alarm/finding.ts';
import type { Window } from '../dataset/dataset.ts';
import { percent } from '../drift/measured-column.ts';
import type { ModelFile } from '../plan/schema.ts';
import { shareAtLeast } from './evidence.ts';

/** Port: what gateways were sent against what the source holds for the same ids. Adapter: duckdb/. */
export interface TrainServe {
  /**
   * Of an id that was asked for often the last request counts; rows of the source that share an id are left out. Columns that the source
   * lacks are not compared.
   * @throws PRN-DATASET-* for a source that cannot be read
   */
  compare(request: {
    readonly file: ModelFile;
    /** Folder of the model file. */
    readonly base: string;
    /** Rows of the source, by their time. */
    readonly source: Window;
    /** Requests, by the day they were answered. */
    readonly requests: Window;
  }): Promise<TrainServeTally>;
  /** Null where no label came in the window. */
  labelIds(request: { readonly file: ModelFile; readonly window: Window }): Promise<LabelIds | null>;
}

export interface TrainServeTally {
  /** Different ids in the request log, and those of them that the source has. */
  readonly logged: number;
  readonly matched: number;
  /** By feature. */
  readonly columns: Readonly<Record<string, SkewTally>>;
}

/** Labels that were sent to gateways. */
export interface LabelIds {
  /** Different ids, and those of them that no gateway has answered since. */
  readonly sent: number;
  readonly strangers: number;
  readonly since: string;
  /** One of the strangers. */
  readonly example: string | null;
}

export interface SkewTally {
  /** Rows whose request had the feature, null or not. */
  readonly compared: number;
  readonly differ: number;
  /** Of those that differ: null in the request and not in the source, and the other way round. */
  readonly missingServed: number;
  readonly missingSource: number;
  /** At most 3. */
  readonly examples: readonly { readonly id: string; readonly served: string | null; readonly source: string | null }[];
}

/** Numbers count as equal within this relative distance: gateways and trainers keep 32 bits. */
export const tolerance = 1e-6;

/** Below this a handful of late corrections would look like a fault. */
const [leastShare, leastRows, criticalShare] = [0.01, 5, 0.2];

/**
 * A finding for each feature that differs in at least 1 % of the matched rows, and one where the gateway logs ids that the source does not
 * know. Nothing where no request is matched and none should be.
 */
export function skewFindings({ logged, matched, columns }: TrainServeTally): Finding[] {
  const found = Object.entries(columns).flatMap(([column, tally]) => skewOf(column, tally));
  const strangers = logged >= 100 && matched < 0.5 * logged ? [strangersOf(logged, matched)] : [];
  return [...found.sort((a, b) => b.size - a.size), ...strangers];
}

/** A warning where most labels are of ids that nobody has asked for: they are joined to no answer, and count for nothing. */
export function labelIdFindings(labels: LabelIds | null): Finding[] {
  if (labels === null || labels.strangers < leastRows) return [];
  const { sent, strangers, since, example } = labels;
  const size = strangers / sent;
  if (size < leastShare) return [];
  const says = `${strangers} of ${sent} labels that came are of ids that no gateway has answered since ${since.slice(0, 10)}, such as ${JSON.stringify(example)}`;
  return [
    {
      ...{ kind: 'quality', code: 'unknown-label-ids', column: null, segment: null },
      ...{ severity: size >= 0.5 ? 'warning' : 'info', size, says },
    },
  ];
}

function skewOf(column: string, { compared, differ, missingServed, missingSource, examples }: SkewTally): Finding[] {
  const size = compared === 0 ? 0 : differ / compared;
  if (differ < leastRows || shareAtLeast(differ, compared, 2) < leastShare) return [];
  const shown = examples.map(
    ({ id, served, source }) => `${id}: ${served ?? 'null'} served, ${source ?? 'null'} in the source`,
  );
  const nulls = [
    ...(missingServed > 0 ? [`${missingServed} null when served`] : []),
    ...(missingSource > 0 ? [`${missingSource} null in the source`] : []),
  ];
  const details = [...nulls, ...shown].join('; ');
  const says = `differs in ${differ} of ${compared} rows (${percent(size)}) that were served and are in the source${details ? `: ${details}` : ''}`;
  const severity = size >= criticalShare ? 'critical' : 'warning';
  return [{ kind: 'quality', code: 'train-serve-skew', column, segment: null, severity, size, says }];
}

/** An info: requests may be younger than the source's rows, or come from somewhere else. */
function strangersOf(logged: number, matched: number): Finding {
  const says = `${logged - matched} of ${logged} ids that were served are not in the source: they could not be compared`;
  return {
    kind: 'quality',
    code: 'train-serve-skew',
    column: null,
    segment: null,
    severity: 'info',
    size: 1 - matched / logged,
    says,
  };
}
