import { defineCodes } from '../define.ts';

export const evaluationCodes = defineCodes({});
