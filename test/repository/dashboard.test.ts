import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('the Grafana dashboard asks only for metrics that the programs publish', () => {
  const dashboard = JSON.parse(readFileSync('deploy/grafana/dashboards/perennial.json', 'utf8')) as {
    readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  };
  const asked = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/perennial_\w+/g) ?? []),
  );
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join('\n');
  // The gateway adds its prefix to the names of its counters; a histogram adds _bucket.
  const isPublished = (metric: string) =>
    [metric, metric.replace('perennial_gateway_', '')].some((name) =>
      sources.includes(`'${name.replace(/_bucket$/, '')}'`),
    );
  expect(asked.length).toBeGreaterThan(6);
  expect(asked.filter((metric) => !isPublished(metric))).toEqual([]);
});
