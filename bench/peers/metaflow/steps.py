"""Times a Metaflow flow of no-op steps: `steps.py chain|fan --runs N` prints one {"ms": ...} line per run of its command line."""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=["chain", "fan"])
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    flow = str(Path(__file__).with_name(f"{options.shape}.py"))
    workers = str(os.cpu_count() or 2)
    for _ in range(options.runs):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, flow, "--quiet", "--no-pylint", "run", "--max-workers", workers, "--max-num-splits", "200"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)
