import { setTimeout as sleep } from 'node:timers/promises';
import type { RunLogs } from '../../api/wire.ts';
import type { PerennialClient } from '../../client/client.ts';
import type { LogOptions } from '../../client/options.ts';
import { type Command, type CommandContext, exit, flag, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { resolveRun } from '../resolve.ts';

const lookEveryMs = 1_000;

/** What a run's trainers said: the newest attempt that matches; with --follow all that come after it, until the run is closed. */
export const run: Command = async (context, [target = '', stage], options) => {
  const client = await context.client();
  const name = await resolveRun(client, target);
  const filter = filterOf(stage, options);
  const detach = new AbortController();
  const release = context.terminal.onInterrupt(() => detach.abort());
  try {
    const shown = await showAttempts(
      { context, client, run: name, filter, detach: detach.signal },
      flag(options, 'follow'),
    );
    if (shown === 0) context.output.note(`${name} has trained nothing${stage ? ` in stage ${stage}` : ''} yet.`);
  } finally {
    release();
  }
  if (detach.signal.aborted) context.output.note(`Detached; it goes on. Again: perennial logs ${target} -f`);
  return exit.ok;
};

interface Reading {
  readonly context: CommandContext;
  readonly client: PerennialClient;
  readonly run: string;
  readonly filter: LogOptions;
  readonly detach: AbortSignal;
}

type Attempt = RunLogs['attempts'][number];

/** Number of the attempts that were shown. */
async function showAttempts(reading: Reading, follow: boolean): Promise<number> {
  const { context, client, run: name, filter, detach } = reading;
  let current: Attempt | null = null;
  let after = 0;
  for (let shown = 0; ; ) {
    const place: LogOptions = current
      ? { stage: current.stage, ...trialOf(current), attempt: current.attempt, after }
      : filter;
    const logs: RunLogs = await client.logs(name, place);
    if (!current && logs.chosen) {
      current = logs.chosen;
      shown += 1;
      announce(context, logs, current);
    }
    show(context, logs);
    after = logs.last;
    if (detach.aborted || (!follow && !logs.more)) return shown;
    if (logs.more) continue;
    const next: Attempt | null = current && follow ? await laterThan(reading, current) : null;
    // A new attempt begins after the one before it has ended: what that said last is asked for once more.
    if (next && logs.text === '') {
      current = next;
      after = 0;
      shown += 1;
      announce(context, logs, next);
      continue;
    }
    if (logs.closed && !next) return shown;
    await sleep(next ? 0 : lookEveryMs, undefined, { signal: detach }).catch(() => undefined);
  }
}

/** The attempt that began next, of those that were asked for. */
async function laterThan({ client, run: name, filter }: Reading, current: Attempt): Promise<Attempt | null> {
  if (filter.attempt !== undefined) return null;
  const { attempts } = await client.logs(name, { ...filter, after: Number.MAX_SAFE_INTEGER });
  const place = attempts.findIndex((found) => same(found, current));
  return attempts[place + 1] ?? null;
}

function announce({ output }: CommandContext, { run: name, attempts }: RunLogs, attempt: Attempt): void {
  const { stage, trial, attempt: label, host, startedAt } = attempt;
  const others = attempts.length > 1 ? `, one of ${attempts.length} attempts` : '';
  const which = `${name} ${stage}${trial === null ? '' : ` trial ${trial}`} ${label}`;
  output.note(`── ${which} on ${host}, begun ${startedAt.slice(0, 19).replace('T', ' ')} UTC${others} ──`);
}

function show({ output }: CommandContext, logs: RunLogs): void {
  if (logs.text === '') return;
  const { chosen, text: said } = logs;
  if (output.mode !== 'json') {
    output.item(null, () => said.trimEnd());
    return;
  }
  for (const line of said.trimEnd().split('\n')) {
    output.item({ stage: chosen?.stage, trial: chosen?.trial, attempt: chosen?.attempt, line }, () => '');
  }
}

function filterOf(stage: string | undefined, options: Options): LogOptions {
  const trial = text(options, 'trial');
  const attempt = text(options, 'attempt');
  if (trial !== undefined && !/^\d{1,6}$/.test(trial)) {
    throw usageError(`${JSON.stringify(trial)} is not a trial.`, 'Give its number, from 0 on.');
  }
  return {
    ...(stage === undefined ? {} : { stage }),
    ...(trial === undefined ? {} : { trial: Number(trial) }),
    ...(attempt === undefined ? {} : { attempt }),
  };
}

const trialOf = ({ trial }: Attempt) => (trial === null ? {} : { trial });

const same = (a: Attempt, b: Attempt) => a.stage === b.stage && a.trial === b.trial && a.attempt === b.attempt;
