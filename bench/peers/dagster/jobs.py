"""Dagster jobs of no-op steps, in a module of their own: other processes import it by name."""

import os
import time
from pathlib import Path

from dagster import In, Nothing, job, op


@op(ins={"before": In(Nothing)})
def step() -> None:
    pass


@op
def first() -> None:
    pass


@op(ins={"before": In(Nothing)})
def slow(context) -> None:
    with (Path(os.environ["DAGSTER_HOME"]) / "marks").open("a") as file:
        file.write(f"{context.op_handle}\n")
    time.sleep(0.3)


@job
def chain():
    done = first()
    for index in range(19):
        done = step.alias(f"s{index}")(done)


@job
def fan():
    for index in range(100):
        first.alias(f"s{index}")()


@job
def slow_chain():
    done = first()
    for index in range(20):
        done = slow.alias(f"s{index}")(done)
