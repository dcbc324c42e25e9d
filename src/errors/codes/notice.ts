import { defineCodes } from '../define.ts';

export const noticeCodes = defineCodes({
  'PRN-NOTICE-001': {
    title: 'An address refused a notification for good',
    hint: 'Correct the address in "notify", or the variable that it names; see what was told: perennial notices <model>',
    retryable: false,
  },
  'PRN-NOTICE-002': {
    title: 'A notification is being sent by somebody else',
    hint: 'It is tried again in a moment; nothing is sent twice.',
    retryable: true,
  },
  'PRN-NOTICE-003': {
    title: 'This worker knows no mail server',
    hint: 'Set PERENNIAL_SMTP_URL and PERENNIAL_MAIL_FROM for the control worker and restart it.',
    retryable: false,
  },
});
