// JSON Schema of an exported interface, read off its type: the report of a check is defined once, in TypeScript.
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './setup/paths.mjs';

/** Schema of `name` in `file`; every named interface becomes a definition with its first line of documentation. */
export function schemaOf(file, name, title) {
  const options = { strict: true, module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2023, noEmit: true };
  const path = join(root, file);
  const program = ts.createProgram([path], { ...options, allowImportingTsExtensions: true, types: [] });
  const checker = program.getTypeChecker();
  const symbol = checker
    .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)))
    .find((each) => each.name === name);
  const definitions = {};
  const context = { checker, definitions };
  const own = describe(context, checker.getDeclaredTypeOfSymbol(symbol));
  const schema = { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...own, $defs: sorted(definitions) };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function describe(context, type) {
  const { checker } = context;
  if (type.isUnion()) return describeUnion(context, type);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if (type.flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' };
  if (type.flags & ts.TypeFlags.String) return { type: 'string' };
  if (type.flags & ts.TypeFlags.Number) return { type: 'number' };
  if (type.flags & ts.TypeFlags.Null) return { type: 'null' };
  if (checker.isArrayType(type)) return { type: 'array', items: describe(context, checker.getTypeArguments(type)[0]) };
  if (!(type.flags & ts.TypeFlags.Object) && !type.isIntersection())
    throw new Error(`no JSON Schema for ${checker.typeToString(type)}`);
  return type.isClassOrInterface() ? named(context, type) : describeObject(context, type);
}

function describeUnion(context, type) {
  const members = type.types.filter((each) => !(each.flags & ts.TypeFlags.Undefined));
  const literals = members.filter((each) => each.isStringLiteral());
  const booleans = members.filter((each) => each.flags & ts.TypeFlags.BooleanLiteral);
  const rest = members.filter((each) => !literals.includes(each) && !booleans.includes(each));
  const anyOf = [
    ...(literals.length > 0 ? [{ enum: literals.map(({ value }) => value) }] : []),
    ...(booleans.length > 0 ? [{ type: 'boolean' }] : []),
    ...rest.map((each) => describe(context, each)),
  ];
  return anyOf.length === 1 ? anyOf[0] : { anyOf };
}

function named(context, type) {
  const name = type.symbol.name;
  if (!(name in context.definitions)) {
    // Entered first: an interface may contain itself.
    context.definitions[name] = {};
    context.definitions[name] = describeObject(context, type);
  }
  return { $ref: `#/$defs/${name}` };
}

function describeObject(context, type) {
  const { checker } = context;
  const documentation = type.symbol?.getDocumentationComment(checker) ?? [];
  const description = firstLine(documentation);
  const index = type.getStringIndexType();
  if (index) return { type: 'object', additionalProperties: describe(context, index) };
  const fields = type.getProperties();
  const required = fields.filter((field) => !(field.flags & ts.SymbolFlags.Optional)).map(({ name }) => name);
  const properties = fields.map((field) => [field.name, describeField(context, field)]);
  return { type: 'object', ...description, properties: Object.fromEntries(properties), required };
}

function describeField(context, field) {
  const { checker } = context;
  const schema = describe(context, checker.getTypeOfSymbol(field));
  return { ...schema, ...firstLine(field.getDocumentationComment(checker)) };
}

function firstLine(parts) {
  const text = ts.displayPartsToString(parts).replaceAll(/\s+/g, ' ').trim();
  return text === '' ? {} : { description: text };
}

function sorted(definitions) {
  return Object.fromEntries(Object.entries(definitions).sort(([a], [b]) => (a < b ? -1 : 1)));
}
