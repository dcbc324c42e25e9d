import { defineCodes } from '../define.ts';

export const driftCodes = defineCodes({});
