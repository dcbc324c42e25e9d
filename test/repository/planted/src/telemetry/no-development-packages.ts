import fastCheck from 'fast-check';

export const checked = fastCheck;
