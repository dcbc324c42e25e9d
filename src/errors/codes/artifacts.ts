import { defineCodes } from '../define.ts';

export const artifactsCodes = defineCodes({
  'PRN-ARTIFACTS-001': {
    title: 'The object store has no object with this key',
    hint: 'Check that the process reads the same store that wrote the object, and that it was not removed.',
    retryable: false,
  },
  'PRN-ARTIFACTS-002': {
    title: 'A key of the object store is malformed',
    hint: 'Use slash-separated parts that are not empty, do not start with a dot and hold no backslash or control character.',
    retryable: false,
  },
  'PRN-ARTIFACTS-003': {
    title: 'A key would lie below or above another object',
    hint: 'Choose a key that is not a prefix of an existing key, and that has no existing key as its prefix.',
    retryable: false,
  },
  'PRN-ARTIFACTS-004': {
    title: 'The file that should be stored does not exist or cannot be read',
    hint: 'Check the path and the permissions of the file.',
    retryable: false,
  },
  'PRN-ARTIFACTS-005': {
    title: 'The object store cannot be read or written',
    hint: 'Check free space, permissions and that the folder lies on a local disk that supports hard links.',
    retryable: true,
  },
});
