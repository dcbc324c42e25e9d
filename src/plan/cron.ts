interface CronField {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly words?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields: readonly CronField[] = [
  { name: 'minute', low: 0, high: 59 },
  { name: 'hour', low: 0, high: 23 },
  { name: 'day of the month', low: 1, high: 31 },
  { name: 'month', low: 1, high: 12, words: months },
  { name: 'day of the week', low: 0, high: 7, words: days },
];

/** What is wrong with a five-field cron expression, as the end of a sentence that starts with "must be"; null when nothing is. */
export function cronFault(expression: string): string | null {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== fields.length) return 'a cron expression with five fields, such as "0 6 * * *"';
  for (const [index, field] of fields.entries()) {
    const part = parts[index] ?? '';
    if (!part.split(',').every((item) => isItem(item, field)))
      return `a cron expression whose ${field.name} is ${field.low}-${field.high}, not "${part}"`;
  }
  return null;
}

/** `*`, `5`, `1-5`, `mon-fri`, each with an optional `/step`. */
function isItem(item: string, field: CronField): boolean {
  const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(item);
  if (!match) return false;
  const [, first = '', last, step] = match;
  if (step !== undefined && Number(step) < 1) return false;
  if (first === '*') return last === undefined;
  const from = numberOf(first, field);
  const to = last === undefined ? from : numberOf(last, field);
  return from !== null && to !== null && from <= to;
}

function numberOf(word: string, field: CronField): number | null {
  const named = field.words?.indexOf(word.toLowerCase()) ?? -1;
  if (named >= 0) return named + field.low;
  const value = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  return value >= field.low && value <= field.high ? value : null;
}
