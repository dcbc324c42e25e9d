"""Times a Dagster job of no-op steps: `steps.py chain|fan in-process|multiprocess --runs N` prints one {"ms": ...} line per run."""

import argparse
import json
import sys
import time
from pathlib import Path

from dagster import DagsterInstance, execute_job, reconstructable

sys.path.insert(0, str(Path(__file__).parent))
import jobs  # noqa: E402


def run_once(name: str, executor: str, instance: DagsterInstance) -> None:
    target = getattr(jobs, name)
    if executor == "in-process":
        done = target.execute_in_process(instance=instance)
    else:
        config = {"execution": {"config": {"multiprocess": {"max_concurrent": 2}}}}
        done = execute_job(reconstructable(target), instance, run_config=config)
    if not done.success:
        raise SystemExit("the job failed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=["chain", "fan"])
    parser.add_argument("executor", choices=["in-process", "multiprocess"])
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    with DagsterInstance.get() as instance:
        # Processes of their own have nothing that a first run could warm.
        if options.executor == "in-process":
            run_once(options.shape, options.executor, instance)
        for _ in range(options.runs):
            started = time.perf_counter()
            run_once(options.shape, options.executor, instance)
            print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)
