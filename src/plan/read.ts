import { isObject } from './checked.ts';
import { compilePlan } from './compile.ts';
import { located, type ModelDocument, plainValue, readDocument } from './document.ts';
import type { ModelDraft } from './draft.ts';
import type { CompiledPlan } from './plan.ts';
import type { Finding, Path, Problem } from './problem.ts';
import { columnRules } from './rules-columns.ts';
import { earlyStoppingRules } from './rules-early-stopping.ts';
import { gateRules } from './rules-gates.ts';
import { graphRules } from './rules-graph.ts';
import { measuredRules } from './rules-measured.ts';
import { peopleRules } from './rules-people.ts';
import { rangeRules } from './rules-ranges.ts';
import { referenceRules } from './rules-references.ts';
import { segmentRules } from './rules-segments.ts';
import { spaceRules } from './rules-spaces.ts';
import { timeRules } from './rules-times.ts';
import { modelFile } from './schema.ts';
import { checkShape } from './shape.ts';
import { duplicateKeys, syntaxProblems, treeIsWhole } from './syntax.ts';

export interface ReadOptions {
  /** The file's name as the reader knows it: problems name it. */
  readonly path: string;
  /** Absolute folder of the file, for {@link CompiledPlan.base}. */
  readonly base: string;
  /** Hex sha256 of a text; the caller brings it, because this folder does without node:crypto. */
  readonly sha256: (text: string) => string;
}

export type ReadResult =
  | { readonly ok: true; readonly plan: CompiledPlan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a model file (JSON with comments) and finds all of its mistakes in one pass, in the order of the text. Rules that
 * look at several places judge what is left when everything of the wrong shape is taken out.
 */
export function readModelFile(text: string, options: ReadOptions): ReadResult {
  const document = readDocument(text, options.path);
  const problems = [...syntaxProblems(document), ...contentProblems(document)];
  if (problems.length > 0) return { ok: false, problems: inTextOrder(problems) };
  return { ok: true, plan: compilePlan(modelFile.parse(plainValue(document.root)), options) };
}

/** What the rules say about a file whose shape is right, or about the right parts of one whose shape is not. */
const rules: readonly ((draft: ModelDraft) => Finding[])[] = [
  columnRules,
  segmentRules,
  timeRules,
  graphRules,
  rangeRules,
  spaceRules,
  earlyStoppingRules,
  gateRules,
  measuredRules,
  referenceRules,
  peopleRules,
];

function contentProblems(document: ModelDocument): Problem[] {
  if (!treeIsWhole(document)) return [];
  const { value, findings } = checkShape(modelFile, plainValue(document.root), []);
  const judged = isObject(value) ? rules.flatMap((rule) => rule(value as ModelDraft)) : [];
  const holding = judged.filter(({ provided }) => !provided || !findings.some(({ path }) => isOwn(path, provided)));
  return [...duplicateKeys(document), ...[...findings, ...holding].map((finding) => located(document, finding))];
}

/** Whether a path is that of an object or of one of its own keys. */
function isOwn(path: Path, object: Path): boolean {
  return path.length <= object.length + 1 && object.every((part, index) => path[index] === part);
}

function inTextOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column || a.code.localeCompare(b.code));
}
