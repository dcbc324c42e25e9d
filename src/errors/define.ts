export interface CodeEntry {
  /** One line for the reference page: the situation in general. */
  readonly title: string;
  /** What the reader can do about it, with the command where there is one. */
  readonly hint: string;
  /** Whether trying the same thing again can help; Temporal activities obey it. */
  readonly retryable: boolean;
}

/** Keeps the literal keys, so that a typo in a code is a type error. */
export function defineCodes<const T extends Record<`PRN-${string}-${number}`, CodeEntry>>(codes: T): T {
  return codes;
}
