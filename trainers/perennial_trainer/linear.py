"""One scikit-learn logistic regression with its rows, advanced some iterations at a time."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .data import Floats, Rows
from .encoding import Encoding
from .errors import BadJob
from .job import Job
from .metrics import evaluate

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scaling:
    """Per numeric feature: what fills a hole (the median), what is subtracted (the mean), what is multiplied (1 /
    deviation).
    """

    filling: Floats
    offset: Floats
    scale: Floats

    @classmethod
    def fit(cls, numeric: Floats) -> Scaling:
        with warnings.catch_warnings():
            # A column without any value has no median; it is filled with 0 and then scaled to nothing.
            warnings.simplefilter("ignore", RuntimeWarning)
            median = np.nan_to_num(np.nanmedian(numeric, axis=0)).astype(np.float32)
        filled = np.where(np.isnan(numeric), median, numeric).astype(np.float64)
        deviation = filled.std(axis=0)
        scale = np.where(deviation > 0, 1 / np.where(deviation > 0, deviation, 1), 0.0)
        return cls(median, filled.mean(axis=0).astype(np.float32), scale.astype(np.float32))

    def apply(self, numeric: Floats) -> Floats:
        filled = np.where(np.isnan(numeric), self.filling, numeric)
        scaled: Floats = (filled - self.offset) * self.scale
        return scaled


@dataclass(frozen=True)
class Preparation:
    encoding: Encoding
    scaling: Scaling


@dataclass(frozen=True)
class Settings:
    """`strength` is scikit-learn's C, the inverse of the L2 penalty; `iterations` are those of one step."""

    strength: float
    tolerance: float
    balanced: bool
    iterations: int
    classes: int


class LinearLearner:
    def __init__(self, job: Job, preparation: Preparation, settings: Settings, train: Rows, validation: Rows) -> None:
        from sklearn.linear_model import LogisticRegression

        self._job, self._preparation, self._settings = job, preparation, settings
        self._train_matrix, self._train_label = self._matrix(train), train.label.astype(np.int64)
        self._validation, self._validation_matrix = validation, self._matrix(validation)
        if len(np.unique(self._train_label)) < 2:
            raise BadJob(f"the first {len(train)} train rows, a fold of the cross-validation, have only one class")
        self._model = LogisticRegression(
            C=settings.strength,
            tol=settings.tolerance,
            class_weight="balanced" if settings.balanced else None,
            max_iter=settings.iterations,
            warm_start=True,
        )

    def advance(self, _step: int, /) -> bool:
        from sklearn.exceptions import ConvergenceWarning

        with warnings.catch_warnings():
            # Every step but the last one ends before convergence: that is the point of steps.
            warnings.simplefilter("ignore", ConvergenceWarning)
            self._model.fit(self._train_matrix, self._train_label)
        return bool(self._model.n_iter_[0] >= self._settings.iterations)

    def evaluate(self) -> dict[str, float]:
        return evaluate(self._job.task, self._validation.label, self._probabilities(self._validation_matrix))

    def scores(self, rows: Rows) -> Floats:
        return self._probabilities(self._matrix(rows))

    def weights(self) -> tuple[Doubles, Doubles]:
        """[columns, classes] weights and [classes] intercepts of a softmax; a class that no train row had has no
        chance.
        """
        coefficients, intercepts = self._model.coef_, self._model.intercept_
        if len(coefficients) == 1:
            coefficients = np.concatenate([np.zeros_like(coefficients), coefficients])
            intercepts = np.concatenate([np.zeros_like(intercepts), intercepts])
        weights = np.zeros((coefficients.shape[1], self._settings.classes))
        weights[:, self._model.classes_] = coefficients.T
        every = np.full(self._settings.classes, _NO_CHANCE)
        every[self._model.classes_] = intercepts
        return weights, every

    def dump(self) -> bytes:
        buffer = io.BytesIO()
        np.savez(buffer, coef=self._model.coef_, intercept=self._model.intercept_, classes=self._model.classes_)
        return buffer.getvalue()

    def restore(self, blob: bytes) -> None:
        with np.load(io.BytesIO(blob)) as arrays:
            self._model.coef_, self._model.intercept_ = arrays["coef"], arrays["intercept"]
            self._model.classes_ = arrays["classes"]

    def _probabilities(self, matrix: Any) -> Floats:
        probabilities: Doubles = self._model.predict_proba(matrix)
        every = np.zeros((len(probabilities), self._settings.classes), dtype=np.float32)
        every[:, self._model.classes_] = probabilities
        return every

    def _matrix(self, rows: Rows) -> Any:
        """Sparse [rows, scaled numbers then one column per known category and one for all others]."""
        from scipy import sparse

        codes = self._preparation.encoding.codes(rows) + np.array(self._preparation.encoding.offsets(), dtype=np.int64)
        width = self._preparation.encoding.width()
        positions = np.arange(0, codes.size + 1, max(codes.shape[1], 1))[: len(rows) + 1]
        ones = sparse.csr_matrix(
            (np.ones(codes.size), codes.ravel(), positions if codes.size else np.zeros(len(rows) + 1, dtype=np.int64)),
            shape=(len(rows), width),
        )
        numbers = sparse.csr_matrix(self._preparation.scaling.apply(rows.numeric).astype(np.float64))
        return sparse.hstack([numbers, ones], format="csr")


_NO_CHANCE = -1e4
