import { defineCodes } from '../define.ts';

export const rolloutCodes = defineCodes({});
