import type { z } from 'zod';
import { type Checked, type CheckShape, isObject, mayBeAbsent, type Schema } from './checked.ts';
import { type Finding, formatPath, type Path } from './problem.ts';
import { found, quoted, valuesOf, wanted } from './shape-leaf.ts';
import { closest, didYouMean } from './suggest.ts';

type Shape = Readonly<Record<string, Schema>>;

/** Checks a value against the branch of a union that its author most probably had in mind, and reports that branch's mistakes. */
export function checkUnion(check: CheckShape, schema: Schema, value: unknown, path: Path): Checked {
  const options = optionsOf(schema);
  const discriminator = discriminatorOf(schema);
  if (isObject(value)) {
    const branches = options.filter((option) => shapeOf(option) !== null);
    if (branches.length === 0) return wrongType(schema, value, path);
    const chosen =
      discriminator === undefined ? nearest(options, value, path) : discriminated(options, discriminator, value, path);
    return 'findings' in chosen
      ? chosen
      : withKeyHints(check(chosen.option, value, path), options, discriminator, path);
  }
  const scalar = options.filter((option) => shapeOf(option) === null);
  const accepting = scalar.map((option) => check(option, value, path));
  const right = accepting.find((checked) => checked.findings.length === 0);
  if (right) return right;
  const enumeration = scalar.findIndex((option) => valuesOf(option).length > 0);
  const closestBranch = typeof value === 'string' ? accepting[enumeration] : undefined;
  return closestBranch ?? wrongType(schema, value, path);
}

type Choice = { readonly option: Schema } | Checked;

function discriminated(
  options: readonly Schema[],
  discriminator: string,
  value: Record<string, unknown>,
  path: Path,
): Choice {
  const tags = options.flatMap((option) => tagsOf(option, discriminator));
  const tag = Object.hasOwn(value, discriminator) ? value[discriminator] : undefined;
  const option = options.find((candidate) => tagsOf(candidate, discriminator).some((known) => known === tag));
  if (option) return { option };
  const misspelt = Object.keys(value).find((key) => closest(key, [discriminator]) !== null);
  if (tag === undefined && misspelt !== undefined) {
    const message = `unknown key ${quoted(misspelt)} in ${formatPath(path)}`;
    return rejected('PRN-PLAN-007', [...path, misspelt], 'key', message, `did you mean ${quoted(discriminator)}?`);
  }
  if (tag === undefined) {
    const message = `missing key ${quoted(discriminator)} in ${formatPath(path)}`;
    return rejected('PRN-PLAN-003', path, 'key', message, `add one of ${tags.map(quoted).join(', ')}`);
  }
  const place = [...path, discriminator];
  if (typeof tag !== 'string') {
    const message = `${formatPath(place)} must be one of ${tags.map(quoted).join(', ')}, but is ${found(tag)}`;
    return rejected('PRN-PLAN-004', place, 'value', message);
  }
  const message = `${formatPath(place)} cannot be ${quoted(tag)}`;
  return rejected('PRN-PLAN-005', place, 'value', message, didYouMean(tag, tags, 'allowed'));
}

/** Without a discriminator the keys tell: those of a branch that stand there, exactly or nearly. */
function nearest(options: readonly Schema[], value: Record<string, unknown>, path: Path): Choice {
  const keys = Object.keys(value);
  const ranked = options
    .flatMap((option) => {
      const own = Object.keys(shapeOf(option) ?? {});
      const required = own.filter((key) => !mayBeAbsent(shapeOf(option)?.[key]));
      // What must be there tells most; a branch that needs nothing is told by what may be there.
      const score =
        required.filter((key) => keys.includes(key)).length * 2 +
        Number(keys.some((key) => closest(key, required))) +
        own.filter((key) => keys.includes(key)).length / 10;
      return shapeOf(option) ? [{ option, score, required }] : [];
    })
    .sort((a, b) => b.score - a.score);
  const [best] = ranked;
  if (best && (best.score > 0 || ranked.length === 1)) return best;
  const forms = ranked
    .flatMap(({ required }) => (required.length > 0 ? [required.map(quoted).join(' and ')] : []))
    .join(', ');
  return rejected(
    'PRN-PLAN-003',
    path,
    'key',
    `${formatPath(path)} has none of the keys ${forms}`,
    `add one of ${forms}`,
  );
}

/** A key that is right in another branch deserves a better answer than "unknown". */
function withKeyHints(
  checked: Checked,
  options: readonly Schema[],
  discriminator: string | undefined,
  path: Path,
): Checked {
  const findings = checked.findings.map((finding): Finding => {
    const key = finding.path.at(-1);
    if (finding.code !== 'PRN-PLAN-007' || finding.path.length !== path.length + 1 || typeof key !== 'string')
      return finding;
    const owners = options.filter((option) => Object.hasOwn(shapeOf(option) ?? {}, key));
    if (owners.length === 0) return finding;
    const names = discriminator === undefined ? [] : owners.flatMap((owner) => tagsOf(owner, discriminator));
    const hint =
      names.length > 0
        ? `${quoted(key)} belongs to ${quoted(discriminator ?? '')}: ${names.map(quoted).join(' or ')}`
        : `${quoted(key)} is another form: keep only one of them`;
    return { ...finding, hint };
  });
  return { ...checked, findings };
}

function wrongType(schema: Schema, value: unknown, path: Path): Checked {
  const message = `${formatPath(path)} must be ${wanted(schema)}, but is ${found(value)}`;
  return rejected('PRN-PLAN-004', path, 'value', message);
}

function rejected(code: Finding['code'], path: Path, on: Finding['on'], message: string, hint?: string): Checked {
  return { value: undefined, findings: [{ code, path, on, message, ...(hint === undefined ? {} : { hint }) }] };
}

function optionsOf(schema: Schema): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'union' ? def.options : [];
}

function discriminatorOf(schema: Schema): string | undefined {
  return (schema as z.core.$ZodDiscriminatedUnion)._zod.def.discriminator;
}

function shapeOf(schema: Schema): Shape | null {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'object' ? def.shape : null;
}

function tagsOf(schema: Schema, discriminator: string): string[] {
  const tag = shapeOf(schema)?.[discriminator];
  return tag ? valuesOf(tag) : [];
}
