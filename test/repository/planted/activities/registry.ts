import type { registered } from '../workflows/messages.ts';

export type Registered = typeof registered;
export const activity = 'register';
