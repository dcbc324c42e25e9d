import { defineCodes } from '../define.ts';

export const gatewayCodes = defineCodes({});
