import { expect, it } from 'vitest';
import { openStore } from '../../../src/platform/connect-storage.ts';

it.each(['/var/lib/objects', 'http://server/objects', 's3:bucket', 's3://UPPER/x', 's3://', 'gs://bucket'])(
  'refuses %s as the place of objects, and names what would do',
  (uri) => {
    const refusal = expect.objectContaining({
      code: 'PRN-ARTIFACTS-002',
      message: expect.stringContaining(`"${uri}"`),
      hint: expect.stringMatching(/file:.*s3:/),
    });
    expect(() => openStore({ PERENNIAL_STORE: uri })).toThrow(refusal);
  },
);

it('opens folders and buckets, the latter without a request or a look at credentials', () => {
  for (const uri of ['file:objects', 'file:///tmp/objects', 's3://bucket', 's3://bucket/', 's3://my.bucket/a/b/'])
    expect(() => openStore({ PERENNIAL_STORE: uri, PERENNIAL_S3_ENDPOINT: '' })).not.toThrow();
});

it('refuses a prefix that no key may have, and an endpoint that is no URL', () => {
  expect(() => openStore({ PERENNIAL_STORE: 's3://bucket/../other' })).toThrow('malformed');
  const noUrl = { PERENNIAL_STORE: 's3://bucket', PERENNIAL_S3_ENDPOINT: '127.0.0.1:7070' };
  expect(() => openStore(noUrl)).toThrow('PERENNIAL_S3_ENDPOINT is "127.0.0.1:7070"');
});
