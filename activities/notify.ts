import { PerennialError } from '../src/errors/error.ts';
import { translateErrors } from './failure.ts';

export interface Notification {
  /** URL, or `$NAME` of an environment variable of this worker: the address itself never enters a payload. */
  readonly webhook: string;
  readonly on: string;
  readonly model: string;
  readonly run: string | null;
  readonly text: string;
}

export function createNotifyActivities({
  environment,
  post,
}: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly post: typeof fetch;
}) {
  return translateErrors({
    /** Slack-compatible JSON; `text` is all that most receivers read. Delivered at least once. */
    async notify({ webhook, on, model, run, text }: Notification): Promise<void> {
      const url = webhook.startsWith('$') ? environment[webhook.slice(1)] : webhook;
      if (!url)
        throw new PerennialError('PRN-PLATFORM-001', {
          message: `The notification for "${on}" of ${model} goes to ${webhook}, which is not set in the control worker's environment.`,
        });
      const answer = await post(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text, on, model, run }),
        signal: AbortSignal.timeout(10_000),
      });
      if (!answer.ok)
        throw new PerennialError('PRN-PLATFORM-002', {
          message: `The webhook for "${on}" of ${model} answered ${answer.status}.`,
        });
    },
  });
}
