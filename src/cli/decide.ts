import type { RunDetail } from '../api/wire.ts';
import { formatInstant } from '../report/numbers.ts';
import { type CommandContext, type ExitCode, exit, type Options } from './command.ts';
import { renderEvaluation } from './output/evaluation.ts';
import { paint, type Style } from './output/style.ts';
import { askReason } from './reason.ts';
import { resolvePending } from './resolve.ts';

/** Shows what is decided about, asks for the reason, and votes for exactly the evidence that was shown. */
export async function decide(
  context: CommandContext,
  decision: 'approve' | 'reject',
  target: string,
  options: Options,
): Promise<ExitCode> {
  const { output } = context;
  const client = await context.client();
  const detail = await resolvePending(client, target);
  const { run } = detail.record;
  if (output.mode !== 'json') output.note(`${renderPending(detail, output.style)}\n`);
  const reason = await askReason(context, options, `perennial ${decision} ${run}`);
  const evidence = detail.progress.approval?.evidence;
  const vote = { reason, ...(evidence === undefined ? {} : { evidence }) };
  const { message } = await client[decision](run, vote);
  const { evaluation } = detail;
  output.document({ run, decision, reason, evidence, message, evaluation }, (style) =>
    [paint(style, 'strong', `${run}: ${message}`), `  perennial watch ${run}`].join('\n'),
  );
  return exit.ok;
}

function renderPending({ progress: { approval }, record, evaluation }: RunDetail, style: Style): string {
  const evidence = evaluation
    ? renderEvaluation(evaluation, style)
    : 'The evaluation report is not in the store any more.';
  if (!approval) return evidence;
  const { version, candidate, roles, requestedBy, deadline, escalated } = approval;
  return [
    evidence,
    '',
    `${record.model} v${version} (${candidate}), asked for by ${requestedBy}, waits for ${roles.join(' or ')}`,
    `until ${formatInstant(deadline)} UTC${escalated ? '; it has been escalated' : ''}. Evidence ${approval.evidence.slice(0, 12)}.`,
  ].join('\n');
}
