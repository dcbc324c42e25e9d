import type { Store } from '../store.ts';

export const s3: Store = { name: 's3' };
