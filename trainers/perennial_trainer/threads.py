"""How many threads a trainer may use, and how they wait."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .job import ParameterValue

VARIABLE = "PERENNIAL_THREADS"


def threads(parameters: Mapping[str, ParameterValue]) -> int:
    """The parameter `nthread`, else the variable PERENNIAL_THREADS, else every core that this process may run on."""
    asked = parameters.get("nthread", os.environ.get(VARIABLE))
    return (
        int(asked)
        if asked
        else len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count() or 1
    )


def wait_passively() -> None:
    """To be called before the first OpenMP library loads.

    OpenMP threads spin while they wait. When several trials share the cores, they spin away each other's time: 7
    times slower was seen.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
