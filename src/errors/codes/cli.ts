import { defineCodes } from '../define.ts';

export const cliCodes = defineCodes({
  'PRN-CLI-001': {
    title: 'Nothing answers at the address of the API or the gateway.',
    hint: 'Start it: perennial up',
    retryable: true,
  },
  'PRN-CLI-002': {
    title: 'The command line names a verb, an option or a value that does not exist.',
    hint: 'List what there is: perennial --help',
    retryable: false,
  },
  'PRN-CLI-003': {
    title: 'The command needs an answer, and there is nobody to ask.',
    hint: 'Run the command in the message, which leaves nothing to ask.',
    retryable: false,
  },
  'PRN-CLI-004': {
    title: 'A file that the command was given cannot be read.',
    hint: 'Check the path.',
    retryable: false,
  },
  'PRN-CLI-005': {
    title: 'Nothing waits for this decision.',
    hint: 'See what waits: perennial status',
    retryable: false,
  },
  'PRN-CLI-006': {
    title: 'The server answered with something that this client does not understand.',
    hint: 'Check that --url points to a Perennial API of the same version: perennial doctor',
    retryable: false,
  },
  'PRN-CLI-007': {
    title: 'The model file has problems.',
    hint: 'Correct them and validate again: perennial validate <file>',
    retryable: false,
  },
});
