import { defineCodes } from '../define.ts';

export const apiCodes = defineCodes({});
