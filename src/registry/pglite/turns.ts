/** Hands the one session of the database from client to client, in the order in which they asked. */
export interface Turns {
  /** Resolves when it is this client's turn, with the way to end it (calling it twice is harmless). */
  take(): Promise<() => void>;
}

export function turns(): Turns {
  const waiting: (() => void)[] = [];
  let taken = false;
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) taken = false;
    else next();
  };
  const ending = (): (() => void) => {
    let ended = false;
    return () => {
      if (!ended) leave();
      ended = true;
    };
  };
  return {
    take: async () => {
      if (taken) await new Promise<void>((ready) => waiting.push(ready));
      taken = true;
      return ending();
    },
  };
}
