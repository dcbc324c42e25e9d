"""What a trainer says while it works: NDJSON on stdout for the platform, plain lines on stderr for people."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping


def progress(step: int, of: int, metrics: Mapping[str, float] | None = None) -> None:
    """One line per evaluated step, flushed at once: the platform prunes trials and shows curves from it.

    Metrics that are not finite are left out, because JSON has no word for them.
    """
    finite = {name: value for name, value in (metrics or {}).items() if math.isfinite(value)}
    print(json.dumps({"step": step, "of": of, "metrics": finite}), flush=True)


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
