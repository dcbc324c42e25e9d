import { s3 } from '../src/artifacts/s3/store.ts';

export const joined = s3;
