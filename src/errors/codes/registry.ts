import { defineCodes } from '../define.ts';

export const registryCodes = defineCodes({});
