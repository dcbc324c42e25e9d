#!/usr/bin/env node
// Prints what makes a source file hard to read: length, banned names, escapes from the type checker, notes to self.
import { findShapeProblems } from './check/shape.mjs';

const { problems, summary } = findShapeProblems();
for (const problem of problems) console.error(problem);
console.log(summary);
process.exitCode = problems.length > 0 ? 1 : 0;
