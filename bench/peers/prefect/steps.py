"""Times a Prefect flow of no-op tasks: `steps.py chain|fan --runs N` prints one {"ms": ...} line per run, after a warm-up."""

import argparse
import json
import time

from prefect import flow, task
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner


@task
def step(value: int) -> int:
    return value


@flow
def chain() -> None:
    value = 0
    for _ in range(20):
        value = step(value)


@flow(task_runner=ThreadPoolTaskRunner(max_workers=16))
def fan() -> None:
    wait([step.submit(index) for index in range(100)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("shape", choices=["chain", "fan"])
    parser.add_argument("--runs", type=int, default=2)
    options = parser.parse_args()
    shape = {"chain": chain, "fan": fan}[options.shape]
    shape()
    for _ in range(options.runs):
        started = time.perf_counter()
        shape()
        print(json.dumps({"ms": (time.perf_counter() - started) * 1000}), flush=True)
