import { createHash } from 'node:crypto';
import { readModelText } from '../../client/model-text.ts';
import { PerennialError } from '../../errors/error.ts';
import { durationMs, durationPattern } from '../../plan/duration.ts';
import { formatProblems } from '../../plan/format.ts';
import type { CompiledPlan } from '../../plan/plan.ts';
import { readModelFile } from '../../plan/read.ts';
import type { RolloutStage } from '../../plan/schema.ts';
import { forecast } from '../../rollout/forecast.ts';
import type { Expected } from '../../rollout/harm.ts';
import { type Command, type CommandContext, exit, type Options, text } from '../command.ts';
import { usageError } from '../failure.ts';
import { renderForecast } from '../output/forecast.ts';
import { parseCount, parseShare } from '../resolve.ts';

/** How long a rollout will take, and what it can find: played through with the rollout's own judge, before it starts. */
export const run: Command = async (context, [target = ''], options) => {
  const file = /[./]/.test(target);
  const plan = file ? await fromFile(context, target) : (await (await context.client()).model(target)).record.plan;
  if (plan === null) return exit.error;
  const spec = plan.stages.find(({ spec: each }) => each.kind === 'rollout')?.spec;
  if (spec?.kind !== 'rollout')
    throw new PerennialError('PRN-ROLLOUT-004', { message: `The plan of ${plan.file.model} has no rollout stage.` });
  const seen = file ? null : await observed(context, target, options);
  const expected = expectedOf(seen, options, plan.file.model);
  const rollouts = parseCount(text(options, 'rollouts'), 40);
  const foreseen = forecast({ spec: spec satisfies RolloutStage, expected, rollouts, seed: 1 });
  context.output.document({ model: plan.file.model, expected, rollouts, ...foreseen }, (style) =>
    renderForecast({ model: plan.file.model, spec, expected, rollouts, seen: seen !== null, foreseen }, style),
  );
  return exit.ok;
};

async function fromFile({ output }: CommandContext, path: string): Promise<CompiledPlan | null> {
  const source = await readModelText(path);
  const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
  const read = readModelFile(source.text, { ...source, sha256 });
  if (read.ok) return read.plan;
  output.document({ ok: false, problems: read.problems }, ({ color }) => formatProblems(read.problems, { color }));
  return null;
}

async function observed({ client }: CommandContext, model: string, options: Options): Promise<Expected | null> {
  return (await (await client()).traffic.seen(model, Number(text(options, 'hours') ?? 24))).observed;
}

/** What is told wins over what was seen. @throws PRN-ROLLOUT-004 neither */
function expectedOf(seen: Expected | null, options: Options, model: string): Expected {
  const share = (name: string, otherwise: number): number => {
    const given = text(options, name);
    return given === undefined ? otherwise : parseShare(given);
  };
  const requestsPerHour = rate(text(options, 'requests')) ?? seen?.requestsPerHour;
  if (requestsPerHour === undefined)
    throw new PerennialError('PRN-ROLLOUT-004', {
      message: `No traffic of ${model} is known, neither logged nor told.`,
    });
  const before = seen?.behaviour ?? usual;
  const wrong = share('wrong', before.wrong);
  return {
    requestsPerHour,
    labelled: share('labelled', seen?.labelled ?? 1),
    labelAfterMs: duration(text(options, 'labelsAfter')) ?? seen?.labelAfterMs ?? 0,
    behaviour: {
      ...before,
      error: share('errors', before.error),
      wrong,
      positive: share('positives', before.positive),
      // Where only the share of wrong answers is told, they are taken to be wrong either way alike.
      ...(seen === null ? { falsePositive: wrong / 2, falseNegative: wrong / 2 } : {}),
    },
  };
}

const usual: Expected['behaviour'] = {
  ...{ error: 0.001, slow: 0.05, positive: 0.2, wrong: 0.2, falsePositive: 0.1, falseNegative: 0.1 },
  ...{ logLatency: { mean: 0, sd: 0.5 }, score: { mean: 0.3, sd: 0.2 }, absoluteError: { mean: 1, sd: 1 } },
};

/** `10000/h`, `3/s`, `200/m`, or a number an hour. */
function rate(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const [, count, unit = 'h'] = /^(\d+(?:\.\d+)?)(?:\/([smhd]))?$/.exec(given.replaceAll(',', '')) ?? [];
  if (count === undefined || Number(count) === 0)
    throw usageError(`${JSON.stringify(given)} is not a rate.`, 'Give requests such as 10000/h or 3/s.');
  return (Number(count) * 3_600_000) / durationMs(`1${unit}`);
}

function duration(given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  if (!durationPattern.test(given))
    throw usageError(`${JSON.stringify(given)} is not a duration.`, 'Give one such as 6h.');
  return durationMs(given);
}
