import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readModelText } from '../../client/model-text.ts';
import type { RetrainOptions } from '../../client/options.ts';
import { formatProblems } from '../../plan/format.ts';
import { readModelFile } from '../../plan/read.ts';
import { type Command, exit, type Options, text } from '../command.ts';
import { instantOf } from '../instant.ts';
import { renderSmoke, smokeDocument, smokeMarkdown } from '../output/smoke.ts';
import { watchRun } from '../watch-run.ts';

/** Runs the whole plan of a file, cheaply, and waits for its end. Negative when it fails. */
export const run: Command = async (context, [file = ''], options) => {
  const { output, terminal } = context;
  const source = await readModelText(file);
  const read = readModelFile(source.text, { ...source, sha256 });
  if (!read.ok) {
    const { problems } = read;
    output.document({ passed: false, problems }, ({ color }) => formatProblems(problems, { color }));
    return exit.error;
  }
  const client = await context.client();
  const handle = await client.retrain(read.plan.file.model, { ...smokeOptions(options), plan: source });
  const name = await handle.run();
  // One document is wanted there, and not every state on the way.
  if (output.mode === 'json') await handle.result();
  else await watchRun(context, client, name);
  const detail = await client.run(name);
  if (detail.record.outcome === null) return exit.ok;
  const document = smokeDocument(detail);
  const summary = text(options, 'summary');
  if (summary !== undefined) await appendFile(resolve(terminal.cwd, summary), smokeMarkdown(document));
  output.document(document, (style) => renderSmoke(document, style));
  return document.passed ? exit.ok : exit.negative;
};

function smokeOptions(options: Options): RetrainOptions {
  const [asOf, reason] = [instantOf(options, 'asOf'), text(options, 'reason')];
  return {
    smoke: true,
    trigger: 'pull-request',
    ...(asOf === undefined ? {} : { asOf }),
    ...(reason === undefined ? {} : { reason }),
    // Commander turns --no-cache into cache: false.
    ...(options.cache === false ? { cache: false } : {}),
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
