import { nothing } from './nowhere.ts';

export const dangling = nothing;
