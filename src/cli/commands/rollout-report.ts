import { type Command, exit } from '../command.ts';
import { renderRolloutReport } from '../output/rollout-report.ts';
import { resolveRollout } from '../resolve.ts';

/** What a rollout, or a standing comparison, has shown so far: the stored evidence, nothing recomputed. */
export const run: Command = async (context, [target = '']) => {
  const client = await context.client();
  const detail = await client.rolloutDetail(await resolveRollout(client, target));
  context.output.document(detail, (style) => renderRolloutReport(detail, style));
  return exit.ok;
};
