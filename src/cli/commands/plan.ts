import { createHash } from 'node:crypto';
import { readModelText } from '../../client/model-text.ts';
import type { PastMachine } from '../../compute/expectation.ts';
import { isPerennialError } from '../../errors/error.ts';
import { formatProblems } from '../../plan/format.ts';
import { readModelFile } from '../../plan/read.ts';
import { knownCatalogue } from '../catalogue.ts';
import { type Command, type CommandContext, exit } from '../command.ts';
import { renderPlan } from '../output/plan.ts';
import { stageCosts } from '../plan-costs.ts';

/** What a run of this model file would do, what it is likely to cost, and at most. Needs no server and no cloud; a server that is there tells of earlier runs. */
export const run: Command = async (context, [file = '']) => {
  const { output, terminal } = context;
  const source = await readModelText(file);
  const read = readModelFile(source.text, { ...source, sha256 });
  if (!read.ok) {
    const { problems } = read;
    output.document({ ok: false, problems }, ({ color }) => formatProblems(problems, { color }));
    return exit.error;
  }
  const { plan } = read;
  const catalogue = knownCatalogue(terminal);
  const rents = stageCosts(plan, catalogue).length > 0;
  const past = rents ? await pastMachines(context) : { machines: [], unasked: null };
  const costs = stageCosts(plan, catalogue, past.machines);
  const ok = costs.every(({ trouble }) => trouble === null);
  const { date, region } = catalogue;
  const prices = costs.length > 0 ? { date, region } : null;
  const stages = plan.stages.map(({ name, needs, spec }) => ({ stage: name, kind: spec.kind, needs }));
  output.document({ ok, model: plan.file.model, digest: plan.digest, stages, prices, costs }, (style) =>
    renderPlan(plan, costs, { ...style, prices, unasked: past.unasked }),
  );
  return ok ? exit.ok : exit.error;
};

/** Machines of earlier runs. A plan is made before there is a server, too: one that does not answer soon is no failure. */
async function pastMachines({ client }: CommandContext): Promise<{
  readonly machines: readonly PastMachine[];
  readonly unasked: string | null;
}> {
  try {
    return { machines: await (await client()).machines({ limit: 1_000 }, { timeoutMs: 3_000 }), unasked: null };
  } catch (error) {
    if (!isPerennialError(error)) throw error;
    return { machines: [], unasked: `Nothing is expected from earlier runs: ${error.message}` };
  }
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
