/**
 * How urgent a run is; the first is taken up first. Apart from the schema: workflows need the words, and each of their instances would
 * load the whole schema library with them.
 */
export const priorities = ['urgent', 'high', 'normal', 'low', 'background'] as const;
