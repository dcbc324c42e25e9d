"""The small parts: metrics, folds."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss, roc_auc_score

from perennial_trainer import BadJob, Fold, evaluate, time_folds


def test_metrics_equal_those_of_scikit_learn_with_ties() -> None:
    random = np.random.default_rng(5)
    label = random.integers(0, 2, 500).astype(np.float64)
    positive = np.clip(np.round(random.normal(0.4 + 0.2 * label, 0.2), 1), 0.05, 0.95).astype(np.float32)
    metrics = evaluate("binary-classification", label, np.stack([1 - positive, positive], axis=1))
    assert metrics["auc"] == pytest.approx(roc_auc_score(label, positive))
    assert metrics["logLoss"] == pytest.approx(log_loss(label, positive.astype(np.float64)), rel=1e-5)


def test_folds_train_on_the_past_and_never_cut_a_moment_in_two() -> None:
    time = np.array([0, 0, 1, 2, 2, 2, 2, 3, 4, 5, 5, 6], dtype=np.int64)
    folds = time_folds(time, 2)
    assert folds == (Fold(7, 8), Fold(8, 12))
    for fold in folds:
        assert time[fold.train_end - 1] < time[fold.train_end]


def test_no_folds_are_no_folds() -> None:
    assert time_folds(np.arange(5), 0) == ()


def test_too_few_times_for_the_folds_are_a_bad_job() -> None:
    with pytest.raises(BadJob, match="too few for 3 folds"):
        time_folds(np.zeros(100, dtype=np.int64), 3)
