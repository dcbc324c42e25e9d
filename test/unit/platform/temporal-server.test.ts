import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporalConfiguration } from '../../../src/platform/temporal-server.ts';

type Values = readonly { readonly value: unknown; readonly constraints?: { readonly taskQueueName: string } }[];

describe('deploy/temporal/dynamic-config.yaml', () => {
  const cluster = parse(readFileSync('deploy/temporal/dynamic-config.yaml', 'utf8')) as Record<string, Values>;

  it('sets for a cluster what `up` sets for its own server', () => {
    const settings = Object.entries(cluster).map(([name, [first]]) => `${name}=${first?.value}`);
    expect(settings.sort()).toEqual([...temporalConfiguration].sort());
  });

  it('keeps the order exact on the queues of standing machines', () => {
    for (const kind of ['Read', 'Write']) {
      const partitions = cluster[`matching.numTaskqueue${kind}Partitions`];
      expect(partitions).toContainEqual({ value: 1, constraints: { taskQueueName: 'training' } });
    }
  });
});
