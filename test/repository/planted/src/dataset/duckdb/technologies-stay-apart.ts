import { s3 } from '../../artifacts/s3/store.ts';

export const other = s3;
