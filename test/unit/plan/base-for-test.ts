/** A right model file that uses nearly everything; tests plant mistakes in it by replacing a piece of its text. */
export const baseText = `{
  // comments are allowed
  "$schema": "../schema/model.schema.json",
  "model": "flight-delay",
  "task": "binary-classification",
  "data": {
    "source": { "format": "parquet", "uri": "day={date}/*.parquet" },
    "time": "departure",
    "id": "flight",
    "label": { "column": "late", "maturesAfter": "1d" },
    "features": {
      "temp": { "type": "numeric", "range": [-30, 130], "missing": { "atMost": 0.1 } },
      "carrier": { "type": "categorical" }
    },
    "sensitive": ["tailnum"],
    "segmentBy": null
  },
  "check": {
    "schedule": "0 6 * * *",
    "window": "7d",
    "falseAlarmRate": 0.01,
    "performance": { "metric": "auc", "drop": 0.02 },
    "onAlarm": "retrain",
    "cooldown": "7d"
  },
  "plan": {
    "snapshot": { "kind": "snapshot", "window": "90d", "holdout": "14d", "validation": "7d" },
    "boosted": {
      "kind": "train",
      "trainer": "xgboost",
      "compute": "gpu",
      "checkpointEvery": 10,
      "sweep": {
        "trials": 8,
        "space": {
          "depth": { "int": [3, 10] },
          "eta": { "float": [0.01, 0.3], "log": true },
          "booster": { "choice": ["gbtree", "dart"] }
        }
      },
      "parameters": { "rounds": 120 }
    },
    "own": { "kind": "train", "trainer": { "command": ["{python}", "{here}/train.py"] }, "seed": 7 },
    "report": { "kind": "command", "run": ["./report.sh"], "needs": ["own"] },
    "evaluate": {
      "kind": "evaluate",
      "slices": ["origin"],
      "gates": [
        { "metric": "auc", "atLeast": 0.65 },
        { "metric": "auc", "slice": "origin", "versus": "champion", "by": -0.01 },
        { "metric": "classBalance", "between": [0.05, 0.6] }
      ]
    },
    "approve": { "kind": "approve", "by": ["approver"], "within": "48h", "escalate": { "after": "24h", "to": ["lead"] } },
    "rollout": {
      "kind": "rollout",
      "steps": [{ "weight": 0.05, "for": "1h" }, { "weight": 0.5, "for": "1h" }, { "weight": 1 }],
      "gates": [{ "metric": "errorRate", "worseBy": 0 }]
    }
  },
  "retrain": { "schedule": "0 3 * * 0" },
  "compute": { "gpu": { "provider": "ec2", "gpu": 1, "maxHours": 4, "maxUsd": 20 } },
  "notify": [{ "on": ["alarm", "failed"], "webhook": "$SLACK_WEBHOOK" }],
  "smoke": { "trials": 1, "parameters": { "rounds": 5 } }
}
`;

export interface Planted {
  readonly text: string;
  /** `line:column-endColumn` of every mark, in the order of the text. */
  readonly places: readonly string[];
}

/**
 * Replaces pieces of the base file. In the new pieces «...» marks where a problem is expected; the places are found by counting in the
 * marked text, independently of the code under test.
 */
export function plant(...replacements: readonly (readonly [find: string, write: string])[]): Planted {
  let marked = baseText;
  for (const [find, write] of replacements) {
    if (marked.split(find).length !== 2) throw new Error(`not exactly once in the base file: ${find}`);
    marked = marked.replace(find, () => write);
  }
  return unmark(marked);
}

export function unmark(marked: string): Planted {
  const places: string[] = [];
  const lines = marked.split('\n').map((line, index) => {
    let rest = line;
    for (let start = rest.indexOf('«'); start >= 0; start = rest.indexOf('«')) {
      const end = rest.indexOf('»') - 1;
      rest = rest.replace('«', '').replace('»', '');
      places.push(`${index + 1}:${start + 1}-${end + 1}`);
    }
    return rest;
  });
  return { text: lines.join('\n'), places };
}
