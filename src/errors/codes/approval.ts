import { defineCodes } from '../define.ts';

export const approvalCodes = defineCodes({
  'PRN-APPROVAL-001': {
    title: 'There is no such delegation.',
    hint: 'List them: perennial delegations --all',
    retryable: false,
  },
  'PRN-APPROVAL-002': {
    title: 'A role cannot be lent so.',
    hint: 'Lend a role that you hold yourself to somebody else, until a day to come: perennial delegate approver bo --until 2027-01-07',
    retryable: false,
  },
  'PRN-APPROVAL-003': {
    title: 'The delegation is not yours to revoke.',
    hint: 'Its holder, its receiver or an admin can: perennial delegations revoke <id>',
    retryable: false,
  },
  'PRN-APPROVAL-004': {
    title: 'The evidence kept changing while it waited for approval.',
    hint: 'Retry the stage when nobody evaluates or rolls out any more: perennial retry <run>',
    retryable: false,
  },
});
