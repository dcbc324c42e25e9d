import type { Node, ParseError } from 'jsonc-parser';
import { type ModelDocument, problemAt } from './document.ts';
import { formatPath, type Path, type Problem } from './problem.ts';
import { closest } from './suggest.ts';

/** What the JSON parser reported, one mistake per line: what follows on the same line is mostly an echo of it. */
export function syntaxProblems(document: ModelDocument): Problem[] {
  if (document.root === undefined) return [emptyFile(document)];
  const problems: Problem[] = [];
  for (const [index, error] of document.errors.entries()) {
    const problem = problemAt(document, placeOf(document, error), {
      code: 'PRN-PLAN-001',
      path: '',
      ...describe(document, error),
    });
    const before = document.errors[index - 1]?.error;
    const atEnd = error.length === 0 && problems.length > 0;
    if (!atEnd && !isEcho(error.error, before) && !problems.some(({ line }) => line === problem.line))
      problems.push(problem);
  }
  return problems;
}

/** Whether the tree is whole in spite of the errors, so that judging its contents makes sense. */
export function treeIsWhole(document: ModelDocument): boolean {
  return document.root !== undefined && document.errors.every(({ error }) => error === expected.comma);
}

/** Keys that stand twice in an object. */
export function duplicateKeys(document: ModelDocument): Problem[] {
  const walk = (node: Node | undefined, path: Path): Problem[] => {
    const children = node?.children ?? [];
    if (node?.type === 'array') return children.flatMap((child, index) => walk(child, [...path, index]));
    if (node?.type !== 'object') return [];
    const seen = new Map<unknown, Node>();
    return children.flatMap(({ children: [key, value] = [] }) => {
      if (!key) return [];
      const first = seen.get(key.value);
      seen.set(key.value, first ?? key);
      const here = [...path, String(key.value)];
      return [...(first ? [duplicate(document, first, key, here)] : []), ...walk(value, here)];
    });
  };
  return walk(document.root, []);
}

function duplicate(document: ModelDocument, first: Node, second: Node, path: Path): Problem {
  const { line } = problemAt(document, first, { code: 'PRN-PLAN-002', path: '', message: '' });
  const message = `key ${JSON.stringify(second.value)} stands twice in the same object`;
  return problemAt(document, second, {
    code: 'PRN-PLAN-002',
    path: formatPath(path),
    message,
    hint: `the first is on line ${line}: keep one`,
  });
}

function emptyFile(document: ModelDocument): Problem {
  const message = 'the model file is empty';
  const hint = 'start from examples/minimal/minimal.model.json';
  return problemAt(document, { offset: 0, length: 1 }, { code: 'PRN-PLAN-001', path: '', message, hint });
}

/** jsonc-parser declares these as a const enum, which isolated modules cannot import. */
const expected = {
  symbol: 1,
  number: 2,
  property: 3,
  value: 4,
  colon: 5,
  comma: 6,
  brace: 7,
  bracket: 8,
  end: 9,
} as const;

const unclosedText = 12;

const messages: Readonly<Record<number, readonly [message: string, hint?: string]>> = {
  [expected.number]: ['this is not a number'],
  [expected.property]: ['a key in double quotes is expected here'],
  [expected.value]: ['a value is expected here'],
  [expected.colon]: ['a colon is expected here', 'write "key": value'],
  [expected.comma]: ['a comma is missing before this', 'put a comma after the value before'],
  [expected.brace]: ['an object is not closed', 'add the missing "}"'],
  [expected.bracket]: ['a list is not closed', 'add the missing "]"'],
  [expected.end]: ['the file goes on after its last brace', 'remove what follows'],
  10: ['this is not a comment', 'comments start with // or stand between /* and */'],
  11: ['a comment is not closed', 'end it with */'],
  [unclosedText]: ['a text is not closed', 'end it with a double quote on the same line'],
  13: ['a number is not complete'],
  14: ['this is not a character code', 'write \\u and four hexadecimal digits'],
  15: ['this escape does not exist', 'write a backslash as \\\\'],
  16: ['this character cannot stand in a text', 'write line breaks as \\n and tabs as \\t'],
};

/** Echoes that can stand on a later line: of a text that swallowed a comma, and of a key that was none. */
function isEcho(error: number, before: number | undefined): boolean {
  return (
    (error === expected.comma && before === unclosedText) || (error === expected.value && before === expected.property)
  );
}

function describe(document: ModelDocument, { error, offset, length }: ParseError): { message: string; hint?: string } {
  const word = document.text.slice(offset, offset + length);
  if (error !== expected.symbol) {
    const [message = 'this is not valid JSON', hint] = messages[error] ?? [];
    return hint === undefined ? { message } : { message, hint };
  }
  const message = `${word.startsWith("'") ? word : JSON.stringify(word)} is not valid JSON`;
  if (word.startsWith("'")) return { message, hint: 'texts and keys stand in double quotes' };
  const meant = closest(word, ['true', 'false', 'null']);
  return { message, hint: meant === null ? 'put texts and keys in double quotes' : `did you mean ${meant}?` };
}

/** An unclosed brace is noticed at the end of the file; it is shown on the last line that has text. */
function placeOf(document: ModelDocument, { offset, length }: ParseError): { offset: number; length: number } {
  if (offset < document.text.trimEnd().length) return { offset, length: Math.max(1, length) };
  return { offset: Math.max(0, document.text.trimEnd().length - 1), length: 1 };
}
