import { createHash } from 'node:crypto';
import { readModelText } from '../../client/model-text.ts';
import { formatProblems } from '../../plan/format.ts';
import type { CompiledPlan } from '../../plan/plan.ts';
import type { Problem } from '../../plan/problem.ts';
import { readModelFile } from '../../plan/read.ts';
import { type Command, exit } from '../command.ts';

/** Finds all mistakes of model files. Needs no server. */
export const run: Command = async ({ output }, [files]) => {
  const read: { file: string; ok: boolean; problems: readonly Problem[]; plan: CompiledPlan | null }[] = [];
  for (const file of [files ?? []].flat()) {
    const source = await readModelText(file);
    const result = readModelFile(source.text, { ...source, sha256 });
    read.push({
      file,
      ok: result.ok,
      problems: result.ok ? [] : result.problems,
      plan: result.ok ? result.plan : null,
    });
  }
  const ok = read.every((file) => file.ok);
  const document = { ok, files: read.map(({ plan, ...file }) => ({ ...file, model: plan?.file.model ?? null })) };
  output.document(document, ({ color }) =>
    read
      .map(({ file, problems, plan }) =>
        plan
          ? `${file}: ${plan.file.model}, ${plan.stages.length} stages, no mistakes`
          : formatProblems(problems, { color }),
      )
      .join('\n\n'),
  );
  return ok ? exit.ok : exit.error;
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
