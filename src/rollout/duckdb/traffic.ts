import { DuckDBInstance } from '@duckdb/node-api';
import type { ObjectStore } from '../../artifacts/object-store.ts';
import type { ArmTally, RolloutTallies } from '../report.ts';
import type { Traffic } from '../traffic.ts';
import { shadowSql, strataSql, viewsSql } from './tally-sql.ts';

const dayMs = 86_400_000;

/** Counts a rollout's requests from the gateways' log segments with DuckDB. */
export function duckdbTraffic({ store, now }: { readonly store: ObjectStore; readonly now: () => Date }): Traffic {
  return {
    async tally({ model, rollout, since, task }) {
      const requests = await segments(store, 'requests', model, since, now());
      if (requests.length === 0) return noTraffic;
      const labels = await segments(store, 'labels', model, since, now());
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      try {
        await connection.run(viewsSql({ requests, labels, rollout, positive: task === 'binary-classification' }));
        const strata = await connection.runAndReadAll(strataSql);
        const shadow = await connection.runAndReadAll(shadowSql);
        return toTallies(strata.getRowObjectsJson(), shadow.getRowObjectsJson()[0] ?? {});
      } finally {
        connection.closeSync();
        instance.closeSync();
      }
    },
  };
}

/** Local files of the log, from the day the rollout began. */
async function segments(
  store: ObjectStore,
  kind: 'requests' | 'labels',
  model: string,
  since: string,
  now: Date,
): Promise<string[]> {
  const paths: string[] = [];
  for (let day = Math.floor(Date.parse(since) / dayMs); day * dayMs <= now.getTime(); day++) {
    const keys = await store.list(`${kind}/${model}/${new Date(day * dayMs).toISOString().slice(0, 10)}/`);
    paths.push(...(await Promise.all(keys.map((key) => store.localPath(key)))));
  }
  return paths;
}

type Row = Readonly<Record<string, unknown>>;

const number = (row: Row, column: string): number => Number(row[column] ?? 0);

function toTallies(rows: readonly Row[], shadow: Row): RolloutTallies {
  const shares = [...new Set(rows.map((row) => number(row, 'share')))].sort((a, b) => a - b);
  const armAt = (share: number, role: string): ArmTally =>
    toArm(rows.find((row) => number(row, 'share') === share && row.role === role) ?? {});
  return {
    strata: shares.map((share) => ({ share, stable: armAt(share, 'stable'), canary: armAt(share, 'canary') })),
    shadow: {
      pairs: number(shadow, 'pairs'),
      stableErrors: number(shadow, 'stable_errors'),
      shadowErrors: number(shadow, 'shadow_errors'),
      labelled: number(shadow, 'labelled'),
      onlyStableWrong: number(shadow, 'only_stable_wrong'),
      onlyShadowWrong: number(shadow, 'only_shadow_wrong'),
      bothWrong: number(shadow, 'both_wrong'),
      logLatencyRatio: {
        n: number(shadow, 'ratio_n'),
        mean: number(shadow, 'ratio_mean'),
        variance: number(shadow, 'ratio_variance'),
      },
    },
  };
}

function toArm(row: Row): ArmTally {
  return {
    requests: number(row, 'requests'),
    errors: number(row, 'errors'),
    slow: number(row, 'slow'),
    labelled: number(row, 'labelled'),
    wrong: number(row, 'wrong'),
    predictedPositive: number(row, 'predicted_positive'),
    logLatency: {
      n: number(row, 'latency_n'),
      mean: number(row, 'latency_mean'),
      variance: number(row, 'latency_variance'),
    },
  };
}

const noTraffic: RolloutTallies = toTallies([], {});
