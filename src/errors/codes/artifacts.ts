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
    hint: 'Folder: check free space, permissions and that it lies on a local disk that supports hard links. S3: see the message.',
    retryable: true,
  },
  'PRN-ARTIFACTS-006': {
    title: 'A range of bytes or the lifetime of a link is out of bounds',
    hint: 'Ask for 0 <= start <= end in whole bytes, and for a lifetime of one second to seven days.',
    retryable: false,
  },
  'PRN-ARTIFACTS-007': {
    title: 'The bucket of the object store does not exist',
    hint: 'Create the bucket or correct PERENNIAL_STORE (s3://bucket/prefix) and PERENNIAL_S3_ENDPOINT.',
    retryable: false,
  },
  'PRN-ARTIFACTS-008': {
    title: 'The object store denies access',
    hint: 'Grant the named permission on the named bucket; with a KMS key also kms:Decrypt and kms:GenerateDataKey.',
    retryable: false,
  },
  'PRN-ARTIFACTS-009': {
    title: 'The credentials for the object store are missing, wrong or expired',
    hint: 'Renew AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN, the profile, or the role of the machine.',
    retryable: true,
  },
  'PRN-ARTIFACTS-010': {
    title: 'The bucket of the object store lies in another region',
    hint: "Set AWS_REGION to the bucket's region.",
    retryable: false,
  },
  'PRN-ARTIFACTS-011': {
    title: 'The S3 endpoint of the object store cannot be reached',
    hint: 'Check PERENNIAL_S3_ENDPOINT, the network and that the server runs.',
    retryable: true,
  },
  'PRN-ARTIFACTS-012': {
    title: 'The disk of the local copies of objects is full',
    hint: 'Free space below PERENNIAL_STATE, or lower PERENNIAL_S3_CACHE_GIB.',
    retryable: true,
  },
});
