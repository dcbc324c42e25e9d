"""One XGBoost booster with its rows, advanced round by round so that it can be left and taken up again at any round."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Literal

import numpy as np

from .data import Floats, Rows
from .encoding import Encoding
from .errors import WrongDevice
from .job import Device, Job, ParameterValue
from .metrics import evaluate
from .threads import wait_passively


class BoosterLearner:
    def __init__(
        self, job: Job, encoding: Encoding, settings: Mapping[str, ParameterValue], train: Rows, validation: Rows
    ) -> None:
        self._xgb = import_xgboost()
        self._job = job
        self._encoding = encoding
        self._settings = {
            **settings,
            "tree_method": "hist",
            # One category against the rest at every split: what a one-hot encoding can say, without its columns.
            "max_cat_to_onehot": 1 << 20,
            "seed_per_iteration": True,
        }
        self._validation = validation
        self._train_matrix = self._matrix(train, labelled=True)
        self._validation_matrix = self._matrix(validation, labelled=False)
        self._booster = self._new_booster()
        self._used: Device | None = None

    def advance(self, step: int) -> bool:
        if self._samples():
            self._forget_sampler()
        self._booster.update(self._train_matrix, step - 1)
        # In every process anew: a resumed training may be on another machine.
        if self._used is None:
            self._used = self._check_device()
        return True

    def evaluate(self) -> dict[str, float]:
        return evaluate(self._job.task, self._validation.label, self._columns(self._validation_matrix))

    def scores(self, rows: Rows) -> Floats:
        """As served: [rows, classes] probabilities or [rows, 1] values."""
        return self._columns(self._matrix(rows, labelled=False))

    def keep(self, rounds: int) -> None:
        """Cuts the booster down to its first rounds."""
        if rounds < self._booster.num_boosted_rounds():
            self._booster = self._booster[:rounds]

    def model(self, form: Literal["json", "ubj"]) -> bytes:
        return bytes(self._booster.save_raw(form))

    def dump(self) -> bytes:
        return self.model("ubj")

    def restore(self, blob: bytes) -> None:
        self._booster = self._new_booster()
        self._booster.load_model(bytearray(blob))
        self._booster.set_param(self._settings)

    def _new_booster(self) -> Any:
        return self._xgb.Booster(self._settings, [self._train_matrix, self._validation_matrix])

    def _matrix(self, rows: Rows, labelled: bool) -> Any:
        return self._xgb.DMatrix(
            self._encoding.matrix(rows),
            label=rows.label if labelled else None,
            feature_names=[*self._job.numeric, *self._job.categorical],
            feature_types=["q"] * len(self._job.numeric) + ["c"] * len(self._job.categorical),
            nthread=self._settings["nthread"],
        )

    def _columns(self, matrix: Any) -> Floats:
        answer: Floats = self._booster.predict(matrix)
        if self._job.task == "binary-classification":
            return np.stack([1 - answer, answer], axis=1)
        return answer.reshape(len(answer), -1)

    def _samples(self) -> bool:
        return any(self._settings.get(name, 1.0) != 1.0 for name in _SAMPLING)

    def _forget_sampler(self) -> None:
        """Makes this round draw its rows and columns from the seed and the round number alone.

        XGBoost seeds its column sampler once, at the first round of a process, so a resumed run would draw other
        columns. Changing the tree method and back, with a configuration between, makes a new updater and with it a
        new sampler; cached predictions stay.
        """
        self._booster.set_param({"tree_method": "approx"})
        self._booster.save_config()
        self._booster.set_param({"tree_method": "hist"})

    def device(self) -> Device:
        """What this learner was trained on."""
        return self._used or self._check_device()

    def _check_device(self) -> Device:
        """What XGBoost itself says that it uses: it falls back to the CPU with no more than a warning."""
        used = json.loads(self._booster.save_config())["learner"]["generic_param"]["device"]
        if self._job.device == "cuda" and not used.startswith("cuda"):
            raise WrongDevice(f"XGBoost trained on {used}: no usable GPU, or a build without CUDA")
        return "cuda" if used.startswith("cuda") else "cpu"


_SAMPLING = ("subsample", "colsample_bytree", "colsample_bylevel", "colsample_bynode")


def import_xgboost() -> ModuleType:
    """xgboost imports scikit-learn if it can, for wrappers that are not used here: two thirds of its import time."""
    wait_passively()
    modules: dict[str, Any] = sys.modules
    hide = "sklearn" not in modules
    if hide:
        modules["sklearn"] = None
    try:
        import xgboost

        return xgboost
    finally:
        if hide:
            del modules["sklearn"]
