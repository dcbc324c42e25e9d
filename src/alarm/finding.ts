/** What a check looks after. A model file says per kind what an alarm of it does. */
export const findingKinds = ['quality', 'drift', 'prediction', 'performance', 'feedback'] as const;
export type FindingKind = (typeof findingKinds)[number];
export type Severity = 'info' | 'warning' | 'critical';

/** One thing that a check found wrong, from whichever of its parts. Infos stand in the report and open no alarm. */
export interface Finding {
  readonly kind: FindingKind;
  /** Stable word for what it is, e.g. "new-category", "shifted", "auc-fell": column and code together name it from day to day. */
  readonly code: string;
  readonly column: string | null;
  /** `column = value` of the rows concerned; null: all rows. */
  readonly segment: string | null;
  readonly severity: Severity;
  /** How large it is, comparable inside a kind: the worst comes first. */
  readonly size: number;
  /** One line for people: what, how much, from what to what. */
  readonly says: string;
}
