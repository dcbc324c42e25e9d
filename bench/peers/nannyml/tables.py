"""What NannyML's univariate drift takes: tables.py <reference> <current> <names of categorical columns, or ->

Kolmogorov-Smirnov, Jensen-Shannon and Wasserstein of numbers, chi-square and Jensen-Shannon of categories, over its default ten chunks.
Prints one line of JSON: the import apart, then reading and computing, the peak of memory, and how many alerts it raised.
"""

import json
import os
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")
os.environ["NML_DISABLE_USAGE_LOGGING"] = "1"
started = time.perf_counter()
import nannyml
import pandas as pd

imported = time.perf_counter()
reference_path, current_path, named = sys.argv[1:4]
names = [] if named == "-" else named.split(",")
read = time.perf_counter()
reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
calculator = nannyml.UnivariateDriftCalculator(
    column_names=list(reference.columns),
    treat_as_categorical=names,
    continuous_methods=["kolmogorov_smirnov", "jensen_shannon", "wasserstein"],
    categorical_methods=["chi2", "jensen_shannon"],
)
calculator.fit(reference)
result = calculator.calculate(current).filter(period="analysis").to_df()
alerts = [key for key in result.columns if key[-1] == "alert"]
ended = time.perf_counter()
print(
    json.dumps(
        {
            "ms": (ended - read) * 1000,
            "importMs": (imported - started) * 1000,
            "rssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "alerts": int(result[alerts].sum().sum()),
            "tests": len(alerts) * len(result),
        }
    )
)
