import type { PendingApproval } from '../../workflows/messages.ts';
import type { RunDetail } from '../api/wire.ts';
import { nameOf } from '../approval/outcome.ts';
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
  const { evidence, stage } = detail.progress.approval ?? {};
  const vote = { reason, ...(evidence === undefined ? {} : { evidence }), ...(stage === undefined ? {} : { stage }) };
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
  const { version, candidate, roles, requestedBy, deadline, escalated, quorum } = approval;
  const by = roles.join(' or ');
  return [
    evidence,
    '',
    `${record.model} v${version} (${candidate}), asked for by ${requestedBy}, waits for ${quorum > 1 ? `${quorum} people: ${by}` : by}`,
    `until ${formatInstant(deadline)} UTC${escalated ? '; it has been escalated' : ''}. Evidence ${approval.evidence.slice(0, 12)}.`,
    ...standing(approval),
  ].join('\n');
}

/** Who has voted, who may not, and why it is asked again: only where there is something to say. */
function standing({ votes, quorum, barred, requestedBy, round, proven }: PendingApproval): string[] {
  const given = votes.map((vote) => `${nameOf(vote)}: ${vote.reason}`);
  const others = barred.filter(({ name }) => name !== requestedBy).map(({ name, why }) => `${name} ${why}`);
  return [
    ...(round > 1 ? [`Asked for the ${round}. time: the evidence had changed, and the votes before it are void.`] : []),
    ...(given.length > 0 ? [`${given.length} of ${quorum} approve: ${given.join('; ')}`] : []),
    ...(others.length > 0 ? [`May not approve (four eyes): ${others.join('; ')}`] : []),
    ...(proven ? ['Only proven votes count: this command, the API or the client; no signal.'] : []),
  ];
}
