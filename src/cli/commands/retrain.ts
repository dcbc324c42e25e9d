import type { RetrainOptions } from '../../client/client.ts';
import { type Command, exit, flag, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { watchRun } from '../watch-run.ts';

/** Starts or joins a run. */
export const run: Command = async (context, [model = ''], options) => {
  const client = await context.client();
  const handle = await client.retrain(model, retrainOptions(options));
  const name = await handle.run();
  const { joined, workflowId } = handle;
  if (flag(options, 'watch')) {
    if (joined && context.output.mode === 'human') context.output.note(`Joined ${name}, which was open already.`);
    return await watchRun(context, client, name);
  }
  const what = joined ? `Joined ${name}, which was open already.` : `Started ${name}.`;
  const next = `perennial watch ${name}`;
  context.output.document({ run: name, model, workflowId, joined, next: [next] }, () => `${what}\n  ${next}`);
  return exit.ok;
};

const triggers = ['manual', 'webhook', 'pull-request'] as const;

function retrainOptions(options: Options): RetrainOptions {
  const [asOf, reason, plan, kind] = ['asOf', 'reason', 'plan', 'trigger'].map((name) => text(options, name));
  const trigger = triggers.find((each) => each === kind);
  if (kind !== undefined && !trigger)
    throw usageError(`There is no trigger "${kind}".`, `Give ${triggers.join(' or ')}.`);
  return {
    smoke: flag(options, 'smoke'),
    ...(asOf === undefined ? {} : { asOf }),
    ...(reason === undefined ? {} : { reason }),
    ...(plan === undefined ? {} : { plan }),
    ...(trigger ? { trigger } : {}),
  };
}
