import { defineCodes } from '../define.ts';

export const trainingCodes = defineCodes({});
