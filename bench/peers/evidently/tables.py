"""What Evidently's drift preset takes: tables.py <reference> <current> <names of categorical columns, or ->

Prints one line of JSON: the import apart, then reading and computing (its JSON report, no pictures), the peak of memory, and its verdict.
"""

import json
import resource
import sys
import time

started = time.perf_counter()
import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.presets import DataDriftPreset

imported = time.perf_counter()
reference_path, current_path, named = sys.argv[1:4]
read = time.perf_counter()
reference, current = pd.read_parquet(reference_path), pd.read_parquet(current_path)
names = [] if named == "-" else named.split(",")
definition = DataDefinition(
    numerical_columns=[column for column in reference.columns if column not in names], categorical_columns=names
)
report = Report([DataDriftPreset()]).run(
    Dataset.from_pandas(current, definition), Dataset.from_pandas(reference, definition)
)
metrics = json.loads(report.json())["metrics"]
ended = time.perf_counter()
print(
    json.dumps(
        {
            "ms": (ended - read) * 1000,
            "importMs": (imported - started) * 1000,
            "rssMiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "verdict": metrics[0]["value"],
        }
    )
)
