import { findNodeAtLocation, type Node, type ParseError, parseTree } from 'jsonc-parser';
import { planCodes } from '../errors/codes/plan.ts';
import { type Finding, formatPath, type Path, type Problem } from './problem.ts';

/** The text of a model file with its JSON tree, which knows where everything stands. */
export interface ModelDocument {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly Line[];
  readonly root: Node | undefined;
  readonly errors: readonly ParseError[];
}

interface Line {
  readonly start: number;
  readonly text: string;
}

export interface Span {
  readonly offset: number;
  readonly length: number;
}

/** Reads JSON with comments and trailing commas; a byte-order mark is dropped, so that columns are those an editor shows. */
export function readDocument(source: string, name: string): ModelDocument {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  return { name, text, lines: linesOf(text), root, errors };
}

/** The plain value of a tree. Keys become own properties, `__proto__` included; of duplicate keys the last wins. */
export function plainValue(node: Node | undefined): unknown {
  if (node?.type === 'object')
    return Object.fromEntries(
      (node.children ?? []).map(({ children }) => [children?.[0]?.value, plainValue(children?.[1])]),
    );
  if (node?.type === 'array') return (node.children ?? []).map(plainValue);
  return node?.value;
}

/** Gives a finding its place in the text. */
export function located(document: ModelDocument, finding: Finding): Problem {
  const span = spanOf(document, finding.path, finding.on);
  return problemAt(document, span, { ...finding, path: formatPath(finding.path) });
}

export function problemAt(
  document: ModelDocument,
  span: Span,
  { code, path, message, hint = planCodes[code].hint }: Omit<Finding, 'path' | 'on'> & { readonly path: string },
): Problem {
  const index = Math.max(
    0,
    document.lines.findLastIndex((line) => line.start <= span.offset),
  );
  const line = document.lines[index] ?? { start: 0, text: '' };
  const column = Math.min(span.offset - line.start, line.text.length) + 1;
  const endColumn = Math.max(column + 1, Math.min(column + span.length, line.text.trimEnd().length + 1));
  return { code, file: document.name, path, line: index + 1, column, endColumn, message, hint, excerpt: line.text };
}

/** A key is shown as itself; an object that has no key (the root, an element of a list) by its opening brace. */
function spanOf(document: ModelDocument, path: Path, on: Finding['on']): Span {
  const node = document.root && nodeAt(document.root, path);
  if (!node) return { offset: 0, length: 1 };
  if (on === 'value') return node;
  if (node.parent?.type === 'property') return node.parent.children?.[0] ?? node;
  return { offset: node.offset, length: 1 };
}

/** The node at a path, or the nearest one above it that exists. */
function nodeAt(root: Node, path: Path): Node {
  return findNodeAtLocation(root, [...path]) ?? (path.length > 0 ? nodeAt(root, path.slice(0, -1)) : root);
}

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const { 0: end, index } of text.matchAll(/\r\n|\n|\r/g)) {
    lines.push({ start, text: text.slice(start, index) });
    start = index + end.length;
  }
  return [...lines, { start, text: text.slice(start) }];
}
