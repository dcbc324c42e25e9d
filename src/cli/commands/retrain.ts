import type { RetrainOptions } from '../../client/options.ts';
import { priorities } from '../../plan/priorities.ts';
import { type Command, exit, flag, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { instantOf } from '../instant.ts';
import { watchRun } from '../watch-run.ts';

/** Starts or joins a run. */
export const run: Command = async (context, [model = ''], options) => {
  const client = await context.client();
  const handle = await client.retrain(model, retrainOptions(options));
  const name = await handle.run();
  const { joined, workflowId } = handle;
  const keeps = text(options, 'priority') === undefined ? '' : ' It keeps the priority that it was started with.';
  const what = joined ? `Joined ${name}, which was open already.${keeps}` : `Started ${name}.`;
  if (flag(options, 'watch')) {
    if (joined && context.output.mode === 'human') context.output.note(what);
    return await watchRun(context, client, name);
  }
  const next = `perennial watch ${name}`;
  context.output.document({ run: name, model, workflowId, joined, next: [next] }, () => `${what}\n  ${next}`);
  return exit.ok;
};

const triggers = ['manual', 'webhook', 'pull-request'] as const;

function retrainOptions(options: Options): RetrainOptions {
  const asOf = instantOf(options, 'asOf');
  const [reason, plan] = ['reason', 'plan'].map((name) => text(options, name));
  const trigger = oneOf(triggers, 'trigger', options);
  const priority = oneOf(priorities, 'priority', options);
  return {
    smoke: flag(options, 'smoke'),
    // Commander turns --no-cache into cache: false.
    ...(options.cache === false ? { cache: false } : {}),
    ...(asOf === undefined ? {} : { asOf }),
    ...(reason === undefined ? {} : { reason }),
    ...(plan === undefined ? {} : { plan }),
    ...(trigger ? { trigger } : {}),
    ...(priority ? { priority } : {}),
  };
}

function oneOf<T extends string>(words: readonly T[], option: string, options: Options): T | undefined {
  const given = text(options, option);
  const found = words.find((word) => word === given);
  if (given !== undefined && found === undefined)
    throw usageError(`There is no ${option} "${given}".`, `Give ${words.join(' or ')}.`);
  return found;
}
