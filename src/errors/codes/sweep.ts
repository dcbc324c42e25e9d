import { defineCodes } from '../define.ts';

export const sweepCodes = defineCodes({});
