import { defineCodes } from '../define.ts';

export const computeCodes = defineCodes({});
