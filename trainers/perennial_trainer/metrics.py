"""Validation metrics in numpy; the names are the ones that gates and sweeps use."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .data import Floats
from .job import Task

_TINY = 1e-15


def evaluate(task: Task, label: npt.NDArray[np.float64], scores: Floats) -> dict[str, float]:
    """`scores` is [rows, classes] probabilities, or [rows, 1] values for a regression.

    binary: auc, logLoss, accuracy; multiclass: logLoss, accuracy; regression: rmse, mae, r2.
    """
    if task == "regression":
        return _regression(label, scores[:, 0].astype(np.float64))
    classes = label.astype(np.int64)
    chosen = scores[np.arange(len(classes)), classes].astype(np.float64)
    metrics = {
        "logLoss": float(-np.log(np.clip(chosen, _TINY, 1.0)).mean()),
        "accuracy": float((scores.argmax(axis=1) == classes).mean()),
    }
    if task == "binary-classification":
        metrics["auc"] = auc(classes, scores[:, 1])
    return metrics


def auc(positive: npt.NDArray[np.int64], scores: Floats) -> float:
    """Area under the ROC curve as the Mann-Whitney statistic, ties counted half; NaN if only one class is present."""
    positives = int(positive.sum())
    negatives = len(positive) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    _, group, size = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    middle_rank = last - (size - 1) / 2
    rank_sum = float(middle_rank[group][positive == 1].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def mean(metrics: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([entry[name] for entry in metrics])) for name in metrics[0]}


def _regression(label: npt.NDArray[np.float64], value: npt.NDArray[np.float64]) -> dict[str, float]:
    error = value - label
    spread = float(((label - label.mean()) ** 2).sum())
    return {
        "rmse": float(np.sqrt((error**2).mean())),
        "mae": float(np.abs(error).mean()),
        "r2": 1.0 - float((error**2).sum()) / spread if spread > 0 else float("nan"),
    }
