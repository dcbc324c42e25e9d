import { createHash } from 'node:crypto';
import { readModelText } from '../../client/model-text.ts';
import { bundledCatalogue } from '../../compute/catalogue.ts';
import { formatProblems } from '../../plan/format.ts';
import { readModelFile } from '../../plan/read.ts';
import { type Command, exit } from '../command.ts';
import { renderPlan } from '../output/plan.ts';
import { stageCosts } from '../plan-costs.ts';

/** What a run of this model file would do, and what it may cost. Needs no server and no cloud. */
export const run: Command = async ({ output }, [file = '']) => {
  const source = await readModelText(file);
  const read = readModelFile(source.text, { ...source, sha256 });
  if (!read.ok) {
    const { problems } = read;
    output.document({ ok: false, problems }, ({ color }) => formatProblems(problems, { color }));
    return exit.error;
  }
  const { plan } = read;
  const costs = stageCosts(plan, bundledCatalogue);
  const ok = costs.every(({ trouble }) => trouble === null);
  const { date, region } = bundledCatalogue;
  const prices = costs.length > 0 ? { date, region } : null;
  const stages = plan.stages.map(({ name, needs, spec }) => ({ stage: name, kind: spec.kind, needs }));
  output.document({ ok, model: plan.file.model, digest: plan.digest, stages, prices, costs }, (style) =>
    renderPlan(plan, costs, { ...style, prices }),
  );
  return ok ? exit.ok : exit.error;
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
