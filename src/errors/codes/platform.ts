import { defineCodes } from '../define.ts';

export const platformCodes = defineCodes({
  'PRN-PLATFORM-001': {
    title: 'The Temporal program was not found',
    hint: 'Run `npm run setup`, or put the Temporal CLI on the PATH.',
    retryable: false,
  },
});
