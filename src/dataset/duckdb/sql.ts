/** A column or table name in SQL. */
export function ident(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text constant in SQL. */
export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** An ISO instant as a TIMESTAMP constant in UTC. */
export function timestamp(iso: string): string {
  return `TIMESTAMP ${text(new Date(iso).toISOString().slice(0, 23).replace('T', ' '))}`;
}

/** A list of text constants in SQL. */
export function textList(values: readonly string[]): string {
  return `[${values.map(text).join(', ')}]`;
}
