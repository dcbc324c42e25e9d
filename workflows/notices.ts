import { recipientsOf } from '../src/notice/recipient.ts';
import type { CompiledPlan } from '../src/plan/plan.ts';
import type { NoticeWord } from '../src/plan/schema-notify.ts';
import type { RunRecord } from '../src/registry/registry.ts';
import { notifications } from './proxies.ts';

/** What happened, told to everybody whom the plan names for it. */
export interface Told {
  readonly on: NoticeWord;
  readonly text: string;
  /** Names the event within its run, for ever: `approve/1/asked`. The same event is told nobody twice. */
  readonly event: string;
  readonly version?: number;
  /** Object key of the report that the link opens. */
  readonly evidence?: string;
}

/** After the deed, or beside it: an address that does not answer must not hold up a run. */
export async function notify(
  { plan, run: { model, run } }: { readonly plan: CompiledPlan; readonly run: Pick<RunRecord, 'model' | 'run'> },
  { event, ...told }: Told,
): Promise<void> {
  await Promise.all(
    recipientsOf(plan.file.notify, told.on).map((to) =>
      notifications.notify({ ...told, to, model, run, event: `${run}/${event}` }).catch(() => undefined),
    ),
  );
}
