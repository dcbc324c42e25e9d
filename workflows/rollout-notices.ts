import { CancellationScope, patched } from '@temporalio/workflow';
import type { NoticeWord } from '../src/plan/schema-notify.ts';
import type { RolloutInput } from './messages.ts';
import { notifications } from './proxies.ts';

/** Tells people of one rollout, beside its course: an address that does not answer holds nothing up. */
export class RolloutNotices {
  readonly #input: RolloutInput;
  readonly #sent: Promise<void>[] = [];
  /** Rollouts that were open before tell nobody. */
  readonly #tells = patched('rollouts-are-told');

  constructor(input: RolloutInput) {
    this.#input = input;
  }

  /** `event` names it within the rollout, for ever. */
  tell(on: NoticeWord, event: string, text: string): void {
    if (!this.#tells) return;
    const { rollout, model, run, version } = this.#input;
    const notice = { on, model, run, version, event: `rollout/${rollout}/${event}`, text };
    const sent = CancellationScope.nonCancellable(() => notifications.notifyModel(notice));
    this.#sent.push(sent.catch(() => undefined));
  }

  /** All have been told, or could not be. */
  async told(): Promise<void> {
    if (this.#sent.length > 0) await Promise.all(this.#sent);
  }
}
