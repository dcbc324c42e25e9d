/**
 * Lets `atOnce` pieces of work run at a time, the others in the order in which they came: what holds whole tables in memory must not
 * pile up when many ask at the same moment.
 */
export function inTurns(atOnce: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place; it is not free in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
