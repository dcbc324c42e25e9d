"""Proof that the served file answers as the native model does, on real rows and on rows made difficult."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa

from .data import Floats, Rows
from .job import Job
from .progress import log

TOLERANCE = 1e-5
SAMPLE = 400
UNSEEN = "\N{SNOWMAN} never seen in training"


class NotEqual(Exception):
    """The exported file and the native model disagree: a defect of the exporter, so the model must not be served."""


def verify(job: Job, model: bytes, rows: Rows, native: Callable[[Rows], Floats]) -> float:
    """Raises NotEqual beyond 1e-5 (relative to the largest score where scores exceed 1); answers the largest
    difference found.
    """
    sample = difficult_sample(rows)
    expected = native(sample)
    served = score(job, model, sample)
    if served.shape != expected.shape:
        raise NotEqual(f"model.onnx answers {served.shape}, the native model {expected.shape}")
    difference = float(np.abs(served - expected).max())
    allowed = TOLERANCE * max(1.0, float(np.abs(expected).max()))
    if not difference <= allowed:
        raise NotEqual(
            f"model.onnx differs from the native model by {difference:.3g} on {len(sample)} rows;"
            f" allowed is {allowed:.3g}"
        )
    log(f"model.onnx equals the native model on {len(sample)} rows: largest difference {difference:.2g}")
    return difference


def score(job: Job, model: bytes, rows: Rows) -> Floats:
    """Scores as the gateway does: raw columns into onnxruntime, the contract's one output back."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    output = "prediction" if job.task == "regression" else "probabilities"
    scores: Floats = session.run([output], feed(job, rows))[0]
    return scores


def feed(job: Job, rows: Rows) -> dict[str, np.ndarray[Any, Any]]:
    numeric = {name: rows.numeric[:, [index]] for index, name in enumerate(job.numeric)}
    texts = {name: rows.categorical[name].to_numpy(zero_copy_only=False).reshape(-1, 1) for name in job.categorical}
    return {**numeric, **texts}


def difficult_sample(rows: Rows) -> Rows:
    """Rows spread evenly over `rows`; of each four, one has missing numbers, one unseen and one missing categories."""
    chosen = np.unique(np.linspace(0, len(rows) - 1, SAMPLE).astype(np.int64))
    turn = np.arange(len(chosen)) % 4
    numeric = rows.numeric[chosen].copy()
    holes = np.random.default_rng(0).random(numeric.shape) < 0.5
    numeric[holes & (turn == 1)[:, None]] = np.nan
    categorical = {name: _spoil(column, chosen, turn) for name, column in rows.categorical.items()}
    return Rows(numeric, categorical, rows.label[chosen], rows.time[chosen])


def _spoil(column: pa.StringArray, chosen: np.ndarray[Any, Any], turn: np.ndarray[Any, Any]) -> pa.StringArray:
    texts = column.take(pa.array(chosen)).to_pylist()
    replaced = {2: UNSEEN, 3: ""}
    return pa.array([replaced.get(int(kind), text) for text, kind in zip(texts, turn, strict=True)], type=pa.string())
