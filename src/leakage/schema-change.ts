import type { ColumnSchema } from '../dataset/dataset.ts';
import type { Leak } from './leak.ts';

/**
 * What is different in the columns since the champion was trained. A column that has another type has another meaning: the two
 * versions are not compared on the same data.
 */
export function schemaChanges(champion: readonly ColumnSchema[], now: readonly ColumnSchema[]): Leak[] {
  const [before, after] = [typesOf(champion), typesOf(now)];
  const leak = (column: string, severity: Leak['severity'], says: string): Leak => {
    return { code: 'schema-changed', column, severity, says };
  };
  const gone = [...before].flatMap(([name, type]) => {
    const type2 = after.get(name);
    if (type2 === undefined)
      return [leak(name, 'info', `the champion was trained with it (${type}); the candidates were not`)];
    return type2 === type
      ? []
      : [leak(name, 'warning', `was ${type} when the champion was trained, and is ${type2} now`)];
  });
  const fresh = [...after].flatMap(([name, type]) =>
    before.has(name) ? [] : [leak(name, 'info', `is new (${type}): the champion was trained without it`)],
  );
  return [...gone, ...fresh];
}

function typesOf(columns: readonly ColumnSchema[]): Map<string, string> {
  return new Map(columns.map(({ name, type }) => [name, type]));
}
