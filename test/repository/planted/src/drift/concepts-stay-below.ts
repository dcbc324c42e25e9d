import { home } from '../platform/settings.ts';

export const above = home;
