import ts from 'typescript';

// The tools that read these files ask for a default export.
const configurations = /^([\w./-]*\/)?[\w-]+\.config\.ts$/;

/**
 * What only the syntax tree shows of one TypeScript or JavaScript file: functions over the limit, the type `any`,
 * default exports. ruff looks after Python.
 */
export function findSyntaxProblems(file, text, limit) {
  if (file.endsWith('.py')) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kindOf(file));
  const problems = [];
  const report = (node, what) => problems.push(`${file}:${lineOf(source, node.getStart())}: ${what}`);
  const visit = (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) report(node, 'any');
    if (ts.isExportAssignment(node) && !configurations.test(file)) report(node, 'a default export');
    if (isFunction(node)) {
      const lines = ownLines(source, node);
      if (lines > limit) report(node, `a function of ${lines} lines, more than ${limit}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

function kindOf(file) {
  if (file.endsWith('.tsx')) return ts.ScriptKind.TSX;
  return file.endsWith('js') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}

function isFunction(node) {
  return ts.isFunctionLike(node) && node.body !== undefined;
}

/** Lines of a function without those of the functions inside it: a factory is as long as what it does itself. */
function ownLines(source, node) {
  let lines = spannedLines(source, node);
  const subtractInner = (child) => {
    if (!isFunction(child)) return ts.forEachChild(child, subtractInner);
    // Its first line still belongs to the outer function, which names it.
    lines -= spannedLines(source, child) - 1;
  };
  ts.forEachChild(node, subtractInner);
  return lines;
}

function spannedLines(source, node) {
  return lineOf(source, node.getEnd()) - lineOf(source, node.getStart()) + 1;
}

function lineOf(source, position) {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}
