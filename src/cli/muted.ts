import { type Options, text } from './command.ts';
import { usageError } from './failure.ts';

interface Muted {
  readonly column?: string;
  readonly code?: string;
}

/** What is muted: a column, a code, or a code of a column. @throws PRN-CLI-002 neither is named */
export function mutedOf(column: string | undefined, options: Options): Muted {
  const code = text(options, 'code');
  if (column === undefined && code === undefined)
    throw usageError(
      'Neither a column nor a code is named.',
      'Name one, such as: perennial alarms mute <model> <column>',
    );
  return { ...(column === undefined ? {} : { column }), ...(code === undefined ? {} : { code }) };
}

export function mutedWords({ column, code }: Muted): string {
  return [...(column === undefined ? [] : [`column ${column}`]), ...(code === undefined ? [] : [`code ${code}`])].join(
    ', ',
  );
}
