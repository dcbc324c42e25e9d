/** One message in each form that other systems send. */
export const objectCreated = (bucket: string, key: string, sequencer = '0A') => ({
  Records: [
    {
      ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'eu-west-1', eventTime: '2030-01-02T03:04:05.678Z' },
      eventName: 'ObjectCreated:Put',
      s3: {
        bucket: { name: bucket },
        object: { key: encodeURIComponent(key).replaceAll('%20', '+'), eTag: 'e', sequencer },
      },
    },
  ],
});

export const bridged = (bucket: string, key: string) => ({
  ...{ version: '0', id: 'bridge-1', source: 'aws.s3', 'detail-type': 'Object Created', time: '2030-01-02T03:04:05Z' },
  detail: { bucket: { name: bucket }, object: { key } },
});

export const cloudEvent = (data: unknown, change: Readonly<Record<string, unknown>> = {}) => ({
  ...{ specversion: '1.0', id: 'e-1', source: '/etl/nightly', type: 'org.example.loaded', data },
  ...change,
});
