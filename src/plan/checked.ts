import type { z } from 'zod';
import type { Finding, Path } from './problem.ts';

export type Schema = z.core.$ZodType;

/** What is left of a value when everything wrong is taken out of it, defaults filled in, and what was wrong. */
export interface Checked {
  readonly value: unknown;
  readonly findings: readonly Finding[];
}

/** Compares a value, found at a path of the model file, with its schema. */
export type CheckShape = (schema: Schema, value: unknown, path: Path) => Checked;

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** zod leaves `optin` undefined on what must be there; defaults and optionals say so in different words. */
export function mayBeAbsent(schema: Schema | undefined): boolean {
  return schema?._zod.optin !== undefined;
}
