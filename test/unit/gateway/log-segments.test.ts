import { describe, expect, it } from 'vitest';
import { newestSegments } from '../../../src/gateway/log-segments.ts';

const keys = [
  '2026-03-01/a-1',
  '2026-03-01/a-2',
  '2026-03-01/b-1',
  '2026-03-02/a-3',
  '2026-03-02/b-2',
  '2026-03-02/b-3',
].map((name) => `requests/m/${name}.ndjson`);
const store = {
  list: async (prefix: string) => keys.filter((key) => key.startsWith(prefix)),
  localPath: async (key: string) => key.slice('requests/m/'.length),
};

describe('the newest segments of a log', () => {
  it('are those of every gateway alike, however their names are sorted', async () => {
    const window = { from: '2026-03-01T05:00:00Z', to: '2026-03-02T05:00:00Z' };
    const found = await newestSegments(store, 'requests/m', window, 4);
    expect(found.sort()).toEqual(
      ['2026-03-01/a-2', '2026-03-02/a-3', '2026-03-02/b-2', '2026-03-02/b-3'].map((name) => `${name}.ndjson`),
    );
  });
});
