"""What SciPy, pandas and NumPy take for the statistics of `perennial compare`: tables.py <reference> <current> <names of categorical columns, or ->

Prints one line of JSON: the import apart, then reading and computing, the peak of memory, and the figures of every column.
"""

import json
import resource
import sys
import time

started = time.perf_counter()
import numpy as np
import pandas as pd
from scipy import stats
from scipy.spatial.distance import jensenshannon

imported = time.perf_counter()
reference_path, current_path, named = sys.argv[1:4]
names = [] if named == "-" else named.split(",")
levels = np.arange(1, 10) / 10


def bins(before, after):
    floor_before, floor_after = np.maximum(before, 1e-4), np.maximum(after, 1e-4)
    return {
        "psi": float(((floor_after - floor_before) * np.log(floor_after / floor_before)).sum()),
        "js": float(jensenshannon(before, after, base=2)),
        "hellinger": float(np.sqrt(((np.sqrt(before) - np.sqrt(after)) ** 2).sum() / 2)),
    }


def missing(before, after):
    table = [[before.sum(), (~before).sum()], [after.sum(), (~after).sum()]]
    if before.sum() + after.sum() == 0:
        return 1.0
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def numbers(before, after):
    before, after = before.to_numpy("f8"), after.to_numpy("f8")
    no_before, no_after = np.isnan(before), np.isnan(after)
    x, y = before[~no_before], after[~no_after]
    ks = stats.ks_2samp(x, y)
    edges = np.unique(np.quantile(x, levels))
    share = lambda v: np.bincount(np.searchsorted(edges, v, "left"), minlength=len(edges) + 1) / len(v)
    return {
        "ks": float(ks.statistic),
        "p": float(ks.pvalue),
        "w1": float(stats.wasserstein_distance(x, y)),
        "sd": float(x.std(ddof=1)),
        "missing": missing(no_before, no_after),
        **bins(share(x), share(y)),
    }


def categories(before, after):
    counts = pd.concat([before.value_counts(), after.value_counts()], axis=1).fillna(0).to_numpy().T
    test = stats.chi2_contingency(counts, correction=False)
    g = stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood")
    return {
        "chi2": float(test.statistic),
        "p": float(test.pvalue),
        "g": float(g.statistic),
        "missing": missing(before.isna().to_numpy(), after.isna().to_numpy()),
        **bins(counts[0] / counts[0].sum(), counts[1] / counts[1].sum()),
    }


read = time.perf_counter()
reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
columns = {
    column: (categories if column in names else numbers)(reference[column], current[column]) for column in reference.columns
}
ended = time.perf_counter()
print(
    json.dumps(
        {
            "ms": (ended - read) * 1000,
            "importMs": (imported - started) * 1000,
            "rssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "columns": columns,
        }
    )
)
