import { entriesOf, type ModelDraft, stagesOf } from './draft.ts';
import type { Finding, Path } from './problem.ts';

/** Who is asked must be somebody; who is told must have one address, which is safe and holds no secret. */
export function peopleRules(draft: ModelDraft): Finding[] {
  return [...approverRules(draft), ...addressRules(draft)];
}

function approverRules(draft: ModelDraft): Finding[] {
  return stagesOf(draft, 'approve')
    .filter(({ spec }) => spec.auto !== true && spec.by?.length === 0)
    .map(({ name }): Finding => {
      const message = `approve stage "${name}" does not say by whom`;
      const hint = 'add "by": ["approver"], or "auto": true to let the gates alone decide';
      return { code: 'PRN-PLAN-050', path: ['plan', name], on: 'key', message, hint };
    });
}

function addressRules(draft: ModelDraft): Finding[] {
  return entriesOf(draft.notify).flatMap(([index, entry]): Finding[] => {
    const { webhook, email, format, signWith } = entry;
    const path: Path = ['notify', index];
    if ((webhook === undefined) === (email === undefined)) {
      const message = webhook === undefined ? 'an entry of "notify" has no address' : 'two addresses in one entry';
      const hint = 'give each entry of "notify" either "webhook" or "email"';
      return [{ code: 'PRN-PLAN-051', path, on: 'value', message, hint, provided: path }];
    }
    if (webhook !== undefined) return webhookRule(webhook, [...path, 'webhook']);
    const lost = format !== undefined ? 'format' : signWith !== undefined ? 'signWith' : null;
    const message = `"${lost}" has no meaning for an e-mail`;
    const useless: Finding[] =
      lost === null ? [] : [{ code: 'PRN-PLAN-051', path: [...path, lost], on: 'key', message, hint: 'remove it' }];
    return [...useless, ...mailRules(entriesOf(email), [...path, 'email'])];
  });
}

function webhookRule(webhook: string, path: Path): Finding[] {
  if (!isSafe(webhook)) {
    const message = `webhook ${JSON.stringify(webhook)} is neither an https URL nor $NAME`;
    return [{ code: 'PRN-PLAN-027', path, on: 'value', message }];
  }
  if (!holdsSecret(webhook)) return [];
  const message = 'the address of this webhook is a secret: whoever reads the file could post to it';
  return [{ code: 'PRN-PLAN-052', path, on: 'value', message }];
}

/** The text of an alarm names data and people: it may leave the machine only encrypted. */
function isSafe(webhook: string): boolean {
  if (isVariable(webhook)) return true;
  if (/^https:\/\/[^\s/]+/.test(webhook)) return true;
  return /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/\S*)?$/.test(webhook);
}

/** A password in the address, or one of the services whose addresses are passwords themselves. */
function holdsSecret(webhook: string): boolean {
  if (isVariable(webhook)) return false;
  return (
    /^https?:\/\/[^/\s]*@/.test(webhook) ||
    /^https:\/\/(hooks\.slack\.com|discord(app)?\.com\/api\/webhooks|[\w.-]+\.webhook\.office\.com)\//.test(webhook)
  );
}

function mailRules(addresses: readonly (readonly [number, string])[], path: Path): Finding[] {
  return addresses
    .filter(([, address]) => !isVariable(address) && !/^[^\s@<>,"]+@[^\s@<>,"]+$/.test(address))
    .map(([index, address]): Finding => {
      const message = `${JSON.stringify(address)} is neither a mail address nor $NAME`;
      const hint = 'write it as ops@example.org';
      return { code: 'PRN-PLAN-051', path: [...path, index], on: 'value', message, hint };
    });
}

const isVariable = (text: string) => /^\$[A-Za-z_]\w*$/.test(text);
