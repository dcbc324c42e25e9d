import { CancellationScope, condition, sleep } from '@temporalio/workflow';

const paceMs = 1_000;

/**
 * Shows what has changed at a bounded pace: the first change at once, those of the second after it together at its end, so that what
 * is shown is never older than that. A search attribute at every change costs more than a short stage itself.
 */
export class PacedDisplay {
  readonly #show: () => void;
  #changed = false;

  constructor(show: () => void) {
    this.#show = show;
    // A cancelled run still shows how its stages stop. What waits here ends with the workflow.
    void CancellationScope.nonCancellable(() => this.#keepUp());
  }

  changed(): void {
    this.#changed = true;
  }

  /** For the end of a workflow, which waits for no pace. */
  showNow(): void {
    if (this.#changed) this.#show();
    this.#changed = false;
  }

  async #keepUp(): Promise<never> {
    for (let earliest = 0; ; earliest = Date.now() + paceMs) {
      // Looked at when a workflow task has nothing else to do: a stage that ends and the next that starts are one change.
      await condition(() => this.#changed);
      const early = earliest - Date.now();
      if (early > 0) await sleep(early, { summary: 'shows what has changed' });
      this.showNow();
    }
  }
}
