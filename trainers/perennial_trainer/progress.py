"""What a trainer says while it works: NDJSON on stdout for the platform, plain lines on stderr for people."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import TextIO


def progress(
    step: int,
    of: int,
    metrics: Mapping[str, float] | None = None,
    folds: Iterable[Mapping[str, float]] = (),
) -> None:
    """One line per evaluated step, flushed at once: the platform prunes trials and shows curves from it.

    `folds` are the same metrics in each fold of a cross-validation, the earliest first. Metrics that are not finite
    are left out, because JSON has no word for them.
    """
    line: dict[str, object] = {"step": step, "of": of, "metrics": _finite(metrics or {})}
    of_folds = [_finite(fold) for fold in folds]
    _say(json.dumps({**line, "folds": of_folds} if of_folds else line), sys.stdout)


def log(text: str) -> None:
    """For people; the platform keeps the last lines and shows them when a run fails."""
    _say(text, sys.stderr)


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: value for name, value in metrics.items() if math.isfinite(value)}


def _say(line: str, stream: TextIO) -> None:
    # When the platform dies its end of the pipe closes, and SIGTERM follows: saving comes before complaining.
    with contextlib.suppress(BrokenPipeError):
        print(line, file=stream, flush=True)
