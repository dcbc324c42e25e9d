export type Direction = 'maximize' | 'minimize';

/**
 * Whether more of a metric is better. Names outside the platform's own are judged by their words: losses, errors and times are
 * minimised, all else is maximised.
 */
export function directionOf(metric: string): Direction {
  const smaller = /loss|err|mae|mse|mape|pinball|brier|ece$|deviance|perplexity|latency|ms$|seconds$/i;
  return smaller.test(metric) ? 'minimize' : 'maximize';
}
