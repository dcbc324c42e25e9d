import { text, textList } from './sql.ts';

/**
 * The lines of a gateway's log as a table in SQL, `columns` by name and type. A line that is no JSON is passed over, or whoever got one
 * into the log would keep everybody from reading the rest of it.
 */
export function logLines(paths: readonly string[], columns: Readonly<Record<string, string>>): string {
  const typed = Object.entries(columns).map(([name, type]) => `${text(name)}: ${text(type)}`);
  const lines = `read_json(${textList(paths)}, format = 'newline_delimited', ignore_errors = true, columns = {${typed.join(', ')}})`;
  return `(SELECT * FROM ${lines} WHERE id IS NOT NULL)`;
}

/** Of a line of labels. */
export const labelColumns = { at: 'VARCHAR', id: 'VARCHAR', label: 'VARCHAR' };
