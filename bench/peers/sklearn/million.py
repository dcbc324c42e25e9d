"""Times what an evaluation of many rows measures, with scikit-learn: three models, the whole and 20 slices, without intervals. Prints JSON."""

import json
import sys
import time

import numpy as np

from score import binary


def main(rows):
    rng = np.random.default_rng(20)
    y = (rng.random(rows) < 0.3).astype(int)
    shared = rng.random(rows)
    scores = [((0.2 + 0.05 * m) * y + 0.5 * shared + 0.2 * rng.random(rows)).astype(np.float32).astype(float) for m in range(3)]
    columns = [rng.integers(0, 5, rows) for _ in range(4)]
    weight = np.ones(rows)
    started = time.perf_counter()
    for p in scores:
        binary(y, p.reshape(-1, 1), weight)
    for column in columns:
        for value in range(5):
            part = column == value
            for p in scores:
                binary(y[part], p[part].reshape(-1, 1), weight[part])
    print(json.dumps({"seconds": time.perf_counter() - started}))


main(int(sys.argv[1]))
