import { defineCodes } from '../define.ts';

export const platformCodes = defineCodes({});
