"""What FastAPI and BentoML have in common when they serve the flights model: typed rows, onnxruntime, one line of log
for each row, 5 % of the requests to the challenger.

MODELS names the folder of champion/model.onnx and challenger/model.onnx, LOG the file for the log.
"""

from __future__ import annotations

import json
import os
import random
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from pydantic import BaseModel


class Features(BaseModel):
    hour: float | None
    weekday: float | None
    distance: float | None
    temp: float | None
    dewp: float | None
    humid: float | None
    wind_dir: float | None
    wind_speed: float | None
    wind_gust: float | None
    precip: float | None
    pressure: float | None
    visib: float | None
    carrier: str | None
    origin: str | None
    dest: str | None


class Row(BaseModel):
    features: Features


TEXTS = ("carrier", "origin", "dest")
NUMBERS = tuple(name for name in Features.model_fields if name not in TEXTS)


class Flights:
    def __init__(self) -> None:
        self.sessions = {name: _session(name) for name in ("champion", "challenger")}
        self.log = Path(os.environ["LOG"]).open("a", buffering=1 << 16)

    def predict(self, rows: list[Features]) -> dict[str, Any]:
        version = "challenger" if random.random() < 0.05 else "champion"
        started = time.perf_counter()
        feeds = {name: _column([getattr(row, name) for row in rows], np.nan, np.float32) for name in NUMBERS}
        feeds |= {name: _column([getattr(row, name) for row in rows], "", object) for name in TEXTS}
        scores = self.sessions[version].run(["probabilities"], feeds)[0][:, 1].tolist()
        took = (time.perf_counter() - started) * 1000
        for row, score in zip(rows, scores, strict=True):
            line = {"at": time.time(), "version": version, "ms": took, "score": score, "features": row.model_dump()}
            self.log.write(json.dumps(line) + "\n")
        return {"version": version, "scores": scores}


def _session(name: str) -> ort.InferenceSession:
    options = ort.SessionOptions()
    # More threads than one make it slower under load.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    path = Path(os.environ["MODELS"]) / name / "model.onnx"
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _column(values: list[Any], missing: object, kind: type) -> Any:
    return np.array([[missing if value is None else value] for value in values], dtype=kind)
