/** As much of IAM's evaluation as our policies use; an operator it does not know is a mistake of the test, never an allow. */
export interface Policy {
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Effect: string;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Asked {
  readonly action: string;
  readonly resource: string;
  /** Condition keys and policy variables of the request. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Verdict = 'allow' | 'explicit deny' | 'implicit deny';

/** An explicit deny beats every allow; what nothing allows is denied. */
export function evaluate(policies: readonly Policy[], asked: Asked): Verdict {
  const effects = policies.flatMap(({ Statement }) => Statement.filter((one) => applies(one, asked)));
  if (effects.some(({ Effect }) => Effect === 'Deny')) return 'explicit deny';
  return effects.some(({ Effect }) => Effect === 'Allow') ? 'allow' : 'implicit deny';
}

function applies({ Action, Resource, Condition = {} }: Statement, { action, resource, context = {} }: Asked): boolean {
  return (
    list(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    list(Resource).some((pattern) => matchesWithVariables(pattern, resource, context)) &&
    Object.entries(Condition).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, context[key], list(values), context)),
    )
  );
}

function holds(
  operator: string,
  actual: string | undefined,
  expected: readonly string[],
  context: Readonly<Record<string, string>>,
): boolean {
  switch (operator) {
    case 'StringEquals':
      return actual !== undefined && expected.includes(actual);
    case 'StringLike':
      return actual !== undefined && expected.some((pattern) => matchesWithVariables(pattern, actual, context));
    case 'Bool':
      return actual !== undefined && expected.includes(actual);
    case 'Null':
      return expected.includes(`${actual === undefined}`);
    default:
      throw new Error(`this evaluator does not know the operator ${operator}`);
  }
}

/** A variable without a value makes the pattern match nothing; its value is taken literally, stars included. */
function matchesWithVariables(pattern: string, text: string, context: Readonly<Record<string, string>>): boolean {
  const parts = pattern.split(/\$\{([^}]+)\}/);
  const values = parts.map((part, index) => (index % 2 === 0 ? wildcards(part) : escaped(context[part])));
  return values.every((value) => value !== null) && new RegExp(`^${values.join('')}$`, 's').test(text);
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${wildcards(pattern)}$`, 's').test(text);
}

function wildcards(pattern: string): string {
  return (escaped(pattern) ?? '').replaceAll('\\*', '.*').replaceAll('\\?', '.');
}

function escaped(text: string | undefined): string | null {
  return text?.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') ?? null;
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
