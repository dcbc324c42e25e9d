"""metrics.json, written last: where it stands, everything else is whole."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .data import ClassLabel
from .files import write_whole
from .job import Device, Job, ParameterValue


def write_report(
    job: Job,
    *,
    metrics: Mapping[str, float],
    classes: Iterable[ClassLabel],
    parameters: Mapping[str, ParameterValue],
    steps: int,
    libraries: Iterable[str],
    device: Device = "cpu",
    folds: Iterable[Mapping[str, float]] = (),
) -> None:
    """`libraries` are distribution names whose versions shaped the model. Metrics that are not finite are left out."""
    report = {
        "metrics": _finite(metrics),
        "folds": [_finite(fold) for fold in folds],
        "classes": list(classes),
        "device": device,
        "parameters": dict(parameters),
        "environment": environment(libraries),
        "steps": steps,
    }
    write_whole(job.output / "metrics.json", json.dumps(report, indent=2).encode())


def environment(libraries: Iterable[str]) -> dict[str, str]:
    """Versions by name, and under `trainer` the SHA-256 of this library's source and of the script that runs it."""
    found = {"python": platform.python_version(), "platform": platform.platform(terse=True)}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return {**found, "trainer": _source_digest()}


def _source_digest() -> str:
    here = Path(__file__).parent
    script = Path(sys.argv[0]).resolve()
    digest = hashlib.sha256()
    for path in [*sorted(here.glob("*.py")), *([] if script.parent == here else [script])]:
        if path.suffix == ".py" and path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _finite(metrics: Mapping[str, float]) -> dict[str, float]:
    return {name: float(value) for name, value in metrics.items() if math.isfinite(value)}
