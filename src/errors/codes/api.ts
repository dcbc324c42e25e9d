import { defineCodes } from '../define.ts';

export const apiCodes = defineCodes({
  'PRN-API-001': {
    title: 'The request carries no token, or one that this server does not know.',
    hint: 'Set PERENNIAL_TOKEN or pass --token; `perennial up` writes the first token to .perennial/token.',
    retryable: false,
  },
  'PRN-API-002': {
    title: 'The token has none of the roles that may do this.',
    hint: 'Ask an admin for a token with the role: perennial token create <name> --role <role>',
    retryable: false,
  },
  'PRN-API-003': {
    title: 'The request is not in the form that the API expects.',
    hint: 'Correct the fields that the message names.',
    retryable: false,
  },
  'PRN-API-004': {
    title: 'There is nothing under this name.',
    hint: 'List what there is: perennial status',
    retryable: false,
  },
  'PRN-API-005': {
    title: 'The model file has problems; nothing was applied.',
    hint: 'Correct them; check the file without a server: perennial validate <file>',
    retryable: false,
  },
  'PRN-API-006': {
    title: 'The API cannot reach Temporal.',
    hint: 'Start everything: perennial up',
    retryable: true,
  },
  'PRN-API-008': {
    title: 'The workflow refused the request.',
    hint: 'See where it stands: perennial status',
    retryable: false,
  },
  'PRN-API-009': {
    title: 'A run of this model is open, so that a run with another plan cannot start.',
    hint: 'Wait for it (perennial watch <run>) or stop it: perennial cancel <run>',
    retryable: false,
  },
  'PRN-API-010': {
    title: 'The version cannot be rolled out.',
    hint: 'See the states of the versions: perennial status <model>',
    retryable: false,
  },
  'PRN-API-011': {
    title: 'The server failed in a way that nobody foresaw.',
    hint: 'Read the log of the API (.perennial/logs/api.log) and report it with the request id.',
    retryable: true,
  },
  'PRN-API-012': {
    title: 'A workflow did not answer in time.',
    hint: 'Its worker may be down or busy: perennial doctor',
    retryable: true,
  },
  'PRN-API-013': {
    title: 'The route has moved on since it was read.',
    hint: 'Look again and decide anew: perennial status <model>',
    retryable: true,
  },
  'PRN-API-014': {
    title: 'The signature of the message does not fit.',
    hint: 'Sign the bytes of the body with PERENNIAL_TRIGGER_SECRET of the API: x-hub-signature-256: sha256=<HMAC-SHA256 in hex>.',
    retryable: false,
  },
  'PRN-API-015': {
    title: 'A version behind an address needs a stable version beside it.',
    hint: 'Train the first one: perennial retrain <model>. It says which columns and classes the model has.',
    retryable: false,
  },
});
