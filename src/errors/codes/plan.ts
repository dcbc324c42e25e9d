import { defineCodes } from '../define.ts';

export const planCodes = defineCodes({});
