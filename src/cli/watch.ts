import type { CommandContext } from './command.ts';
import { LiveBlock } from './output/live.ts';
import type { Style } from './output/style.ts';

export type TimedStyle = Style & { readonly now: string };

export interface Watched<T> {
  /** The states; ends when `signal` fires or the thing is over. */
  readonly states: (signal: AbortSignal) => AsyncIterable<T>;
  /** The whole picture, redrawn in place on a terminal. */
  readonly render: (state: T, style: TimedStyle) => string;
  /** What is new since the last state, for logs. */
  readonly log: (previous: T | null, state: T, style: TimedStyle) => readonly string[];
  /** The command that takes the watch up again. */
  readonly again: string;
}

export interface WatchEnd<T> {
  readonly last: T | null;
  /** Ctrl-C: the thing itself goes on. */
  readonly detached: boolean;
}

/** Follows something: a tree on a terminal, lines in a log, NDJSON for a program. */
export async function watch<T>(context: CommandContext, watched: Watched<T>): Promise<WatchEnd<T>> {
  const detach = new AbortController();
  const release = context.terminal.onInterrupt(() => detach.abort());
  const view = context.output.mode === 'human' ? liveView(context, watched) : lineView(context, watched);
  let last: T | null = null;
  try {
    for await (const state of watched.states(detach.signal)) {
      view.show(last, state);
      last = state;
    }
  } finally {
    view.end();
    release();
  }
  if (detach.signal.aborted) context.output.note(`Detached; it goes on. Again: ${watched.again}`);
  return { last, detached: detach.signal.aborted };
}

interface View<T> {
  show(previous: T | null, state: T): void;
  end(): void;
}

function liveView<T>({ terminal, output }: CommandContext, { render }: Watched<T>): View<T> {
  const block = new LiveBlock(terminal.stdout);
  let current: T | null = null;
  const draw = () => {
    if (current === null) return;
    // The screen may have been resized since.
    const width = terminal.stdout.columns ?? output.style.width;
    block.show(render(current, { ...output.style, width, now: terminal.now().toISOString() }));
  };
  const tick = setInterval(draw, 1_000);
  return {
    show(_previous, state) {
      current = state;
      draw();
    },
    end() {
      clearInterval(tick);
      block.end();
    },
  };
}

function lineView<T>({ terminal, output }: CommandContext, { log }: Watched<T>): View<T> {
  return {
    show(previous, state) {
      const now = terminal.now().toISOString();
      if (output.mode === 'json') return output.item(state, () => '');
      for (const line of log(previous, state, { ...output.style, now })) {
        output.item(null, () => `${now.slice(11, 19)}  ${line}`);
      }
    },
    end: () => undefined,
  };
}
