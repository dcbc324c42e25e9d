import { defineCodes } from '../define.ts';

export const artifactsCodes = defineCodes({});
