"""Small tables that look like the flights of the example: numbers with holes, categories, a label that both explain."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

# Before any OpenMP library loads: tests share their cores with the trainers they start.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

TRAINERS = Path(__file__).parents[1]
EXAMPLES = TRAINERS.parent / "examples" / "flights" / "trainers"

FEATURES = [
    {"name": "hour", "type": "numeric"},
    {"name": "temp", "type": "numeric"},
    {"name": "wind", "type": "numeric"},
    {"name": "carrier", "type": "categorical"},
    {"name": "dest", "type": "categorical"},
]


def table(rows: int, seed: int, task: str = "binary-classification", start: int = 0) -> pa.Table:
    random = np.random.default_rng(seed)
    hour = random.integers(5, 24, rows)
    temp = random.normal(50, 15, rows)
    wind = random.gamma(2, 4, rows)
    carrier = random.choice(["AA", "B6", "DL", "UA"], rows)
    # Some destinations are rare, as in life.
    dest = np.array([f"D{index:02d}" for index in np.minimum(random.geometric(0.08, rows), 60)])
    signal = (
        0.25 * (hour - 13) + 0.08 * wind + 1.2 * (carrier == "B6") - 0.8 * (dest == "D03") + random.normal(0, 1, rows)
    )
    labels: dict[str, Any] = {
        "binary-classification": (signal > 0.8).astype(np.int8),
        "multiclass-classification": np.select([signal < -0.5, signal < 1.5], ["early", "on time"], "late"),
        "regression": 100 + 20 * signal,
    }
    return pa.table(
        {
            "flight_id": [f"f{start + index}" for index in range(rows)],
            "scheduled_departure": pa.array(
                [1_700_000_000_000_000 + (start + index) // 3 * 3_600_000_000 for index in range(rows)],
                type=pa.timestamp("us", tz="UTC"),
            ),
            "hour": pa.array(hour, type=pa.int32()),
            "temp": pa.array(temp, mask=random.random(rows) < 0.15),
            "wind": pa.array(wind, mask=random.random(rows) < 0.05),
            "carrier": pa.array(carrier, mask=random.random(rows) < 0.03),
            "dest": dest,
            "late": labels[task],
        }
    )


@dataclass(frozen=True)
class Finished:
    code: int
    progress: list[dict[str, Any]]
    stderr: str


@dataclass(frozen=True)
class Workplace:
    """A job's folder: write the job, run a trainer on it, look at what it made."""

    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def job(self, **changes: Any) -> Path:
        document: dict[str, Any] = {
            "contract": 1,
            "task": "binary-classification",
            "data": {name: str(self.folder / f"{name}.parquet") for name in ("train", "validation", "holdout")},
            "features": FEATURES,
            "label": "late",
            "time": "scheduled_departure",
            "id": "flight_id",
            "parameters": {},
            "seed": 11,
            "device": "cpu",
            "crossValidation": None,
            "checkpoints": {"folder": str(self.checkpoints), "every": 0},
            "output": str(self.output),
        }
        path = self.folder / "job.json"
        path.write_text(json.dumps({**document, **changes}))
        return path

    def start(self, trainer: str, job: Path, *options: str) -> subprocess.Popen[str]:
        how = [trainer] if trainer.endswith(".py") else ["-m", f"perennial_trainer.{trainer}"]
        return subprocess.Popen(
            [sys.executable, *how, *options, str(job)],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(TRAINERS), "PERENNIAL_THREADS": "2"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, trainer: str, **changes: Any) -> Finished:
        process = self.start(trainer, self.job(**changes))
        stdout, stderr = process.communicate(timeout=60)
        return Finished(process.returncode, [json.loads(line) for line in stdout.splitlines()], stderr)

    def report(self) -> Mapping[str, Any]:
        document: Mapping[str, Any] = json.loads((self.output / "metrics.json").read_text())
        return document

    def model(self) -> bytes:
        return (self.output / "model.onnx").read_bytes()


@pytest.fixture
def workplace(tmp_path: Path) -> Callable[..., Workplace]:
    def make(name: str = "job", task: str = "binary-classification", rows: int = 3000) -> Workplace:
        # A space in the path, because the repository's own path may have one.
        folder = tmp_path / f"a {name}"
        folder.mkdir()
        pq.write_table(table(rows, 1, task), folder / "train.parquet")
        pq.write_table(table(rows // 3, 2, task, rows), folder / "validation.parquet")
        pq.write_table(table(rows // 3, 3, task, rows * 2).drop_columns(["late"]), folder / "holdout.parquet")
        return Workplace(folder)

    return make
