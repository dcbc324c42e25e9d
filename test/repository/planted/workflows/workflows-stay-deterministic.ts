import { home } from '../src/platform/settings.ts';

export const impure = home;
