"""What a trainer says while it works: NDJSON on stdout for the platform, plain lines on stderr for people."""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Mapping
from typing import TextIO


def progress(step: int, of: int, metrics: Mapping[str, float] | None = None) -> None:
    """One line per evaluated step, flushed at once: the platform prunes trials and shows curves from it.

    Metrics that are not finite are left out, because JSON has no word for them.
    """
    finite = {name: value for name, value in (metrics or {}).items() if math.isfinite(value)}
    _say(json.dumps({"step": step, "of": of, "metrics": finite}), sys.stdout)


def log(text: str) -> None:
    """For people; the platform keeps the last lines and shows them when a run fails."""
    _say(text, sys.stderr)


def _say(line: str, stream: TextIO) -> None:
    # When the platform dies its end of the pipe closes, and SIGTERM follows: saving comes before complaining.
    with contextlib.suppress(BrokenPipeError):
        print(line, file=stream, flush=True)
