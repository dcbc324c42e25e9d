import { describe, expect, it } from 'vitest';
import { findSyntaxProblems } from '../../scripts/check/syntax.mjs';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `  step(${index});`).join('\n');

describe('the syntax check', () => {
  it('finds a function that is too long', () => {
    const found = findSyntaxProblems('a.ts', `function long() {\n${lines(20)}\n}\n`, 20);
    expect(found).toEqual(['a.ts:1: a function of 22 lines, more than 20']);
  });

  it('does not count the functions inside a function', () => {
    const factory = `function factory() {\n  return {\n    one() {\n${lines(15)}\n    },\n    two() {\n${lines(15)}\n    },\n  };\n}\n`;
    expect(findSyntaxProblems('a.ts', factory, 20)).toEqual([]);
  });

  it('finds the type any, also inside other types, and not the word', () => {
    expect(findSyntaxProblems('a.ts', 'type A = Map<string, any>;', 20)).toEqual(['a.ts:1: any']);
    expect(findSyntaxProblems('a.ts', 'const any = "any";', 20)).toEqual([]);
  });

  it('finds a default export, but lets the configuration of a tool have one', () => {
    expect(findSyntaxProblems('src/a.ts', 'export default 1;', 20)).toEqual(['src/a.ts:1: a default export']);
    expect(findSyntaxProblems('vitest.config.ts', 'export default 1;', 20)).toEqual([]);
  });
});
