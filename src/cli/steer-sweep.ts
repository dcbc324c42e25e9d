import type { Said } from '../api/wire.ts';
import type { PerennialClient } from '../client/client.ts';
import { PerennialError } from '../errors/error.ts';
import { type CommandContext, type ExitCode, exit, type Options, text } from './command.ts';
import { usageError } from './failure.ts';
import { askReason } from './reason.ts';
import { resolveRun } from './resolve.ts';
import { sweepOf } from './sweep-of.ts';

type Order = 'pause' | 'resume' | 'stop' | 'extend' | 'parallel';

interface Asked {
  readonly run: string;
  readonly stage: string;
  readonly reason: string;
  /** Of `extend` and `parallel`. */
  readonly count: number;
}

const send: Readonly<Record<Order, (client: PerennialClient, asked: Asked) => Promise<Said>>> = {
  pause: (client, { run, stage, reason }) => client.pauseSweep(run, stage, { paused: true, reason }),
  resume: (client, { run, stage, reason }) => client.pauseSweep(run, stage, { paused: false, reason }),
  stop: (client, { run, stage, reason }) => client.stopSweep(run, stage, { reason }),
  extend: (client, { run, stage, reason, count }) => client.extendSweep(run, stage, { trials: count, reason }),
  parallel: (client, { run, stage, reason, count }) => client.setSweepParallel(run, stage, { parallel: count, reason }),
};

/** The option that says how many. */
const countOption: Partial<Record<Order, string>> = { extend: 'by', parallel: 'to' };

/** Sends an order to the sweep of a stage; its workflow answers at once. */
export async function steerSweep(
  context: CommandContext,
  order: Order,
  [target = '', named]: readonly (string | undefined)[],
  options: Options,
): Promise<ExitCode> {
  const count = countOf(order, options);
  const client = await context.client();
  const run = await resolveRun(client, target);
  const stage = named ?? (await stageOf(client, run, order));
  const how = countOption[order] ? ` --${countOption[order]} ${count}` : '';
  const reason = await askReason(context, options, `perennial sweep ${order} ${run} ${stage}${how}`);
  const { message } = await send[order](client, { run, stage, reason, count });
  context.output.document(
    { run, stage, order, message },
    () => `${message}\n  perennial watch ${order === 'extend' ? run.replace(/-r\d+$/, '') : run}`,
  );
  return exit.ok;
}

function countOf(order: Order, options: Options): number {
  const name = countOption[order];
  if (name === undefined) return 0;
  const given = text(options, name);
  const count = Number(given);
  if (given !== undefined && Number.isInteger(count) && count >= 1) return count;
  throw usageError(`sweep ${order} needs --${name} with a whole number from 1.`, `Write --${name} 8.`);
}

/** A sweep that has ended can still be extended: another run goes on with it. */
async function stageOf(client: PerennialClient, run: string, order: Order): Promise<string> {
  const { record } = await client.run(run);
  return order === 'extend' && record.endedAt !== null
    ? (await sweepOf(client, run, undefined)).stage
    : await runningStage(client, run);
}

/** The train stage that runs now. @throws PRN-CLI-005 none does · PRN-CLI-002 more than one does */
async function runningStage(client: PerennialClient, run: string): Promise<string> {
  const { progress } = await client.run(run);
  const running = progress.stages.filter(({ kind, state }) => kind === 'train' && state === 'running');
  const [only] = running;
  if (only && running.length === 1) return only.name;
  if (only)
    throw usageError(
      `${running.length} stages of ${run} train.`,
      `Name one of ${running.map(({ name }) => name).join(', ')}.`,
    );
  throw new PerennialError('PRN-CLI-005', {
    message: `No stage of ${run} trains now.`,
    hint: `See where it stands: perennial watch ${run}`,
  });
}
