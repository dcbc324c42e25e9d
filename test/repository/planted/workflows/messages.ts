export const registered = 'registered';
