"""A model that ONNX cannot hold: scikit-learn's histogram gradient boosting with native categories, whose splits by
sets of categories skl2onnx does not convert. It is kept as a pickle, and the same script answers for it:

    "trainer": {
      "command": ["{python}", "{here}/trainers/histogram.py"],
      "predict": { "command": ["{python}", "{here}/trainers/histogram.py", "--predict"] }
    }
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from perennial_trainer import (
    Choice,
    Integer,
    Job,
    Questions,
    Real,
    answer,
    evaluate,
    load,
    progress,
    read_parameters,
    run,
    write_report,
    write_whole,
)
from perennial_trainer.threads import threads, wait_passively

MODEL = "model.pickle"

SPEC: dict[str, Integer | Real | Choice] = {
    "rounds": Integer(1, default=100),
    "learning_rate": Real(0, default=0.1, above_low=True),
    "leaves": Integer(2, default=31),
}


def train(job: Job) -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    settings = read_parameters(job.parameters, SPEC, {"max_iter": "rounds", "max_leaf_nodes": "leaves"})
    data = load(job)
    encoding = encoder(data.train.categorical)
    model = HistGradientBoostingClassifier(
        max_iter=settings["rounds"],
        learning_rate=settings["learning_rate"],
        max_leaf_nodes=settings["leaves"],
        categorical_features=list(range(len(job.numeric), len(job.features))),
        random_state=job.seed,
    )
    model.fit(encoded(encoding, data.train.numeric, data.train.categorical), data.train.label)
    rows = data.validation
    scores = model.predict_proba(encoded(encoding, rows.numeric, rows.categorical)).astype(np.float32)
    metrics = evaluate(job.task, rows.label, scores)
    progress(1, 1, metrics)
    write_whole(job.output / MODEL, pickle.dumps({"encoding": encoding, "model": model}))
    used = ["scikit-learn"]
    write_report(job, metrics=metrics, classes=data.classes, parameters=settings, steps=1, libraries=used)


def predict(questions: Questions) -> npt.NDArray[Any]:
    kept = pickle.loads((questions.model / MODEL).read_bytes())
    rows = encoded(kept["encoding"], questions.numeric, questions.categorical)
    answers: npt.NDArray[Any] = kept["model"].predict_proba(rows)
    return answers


def encoder(categorical: Mapping[str, pa.StringArray]) -> Any:
    """Categories as numbers; what training has not seen is missing."""
    from sklearn.preprocessing import OrdinalEncoder

    encoding = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, max_categories=128)
    return encoding.fit(beside(categorical))


def encoded(encoding: Any, numeric: npt.NDArray[Any], categorical: Mapping[str, pa.StringArray]) -> npt.NDArray[Any]:
    return np.hstack([numeric, encoding.transform(beside(categorical))])


def beside(categorical: Mapping[str, pa.StringArray]) -> npt.NDArray[Any]:
    return np.array([column.to_numpy(zero_copy_only=False) for column in categorical.values()], dtype=object).T


if __name__ == "__main__":
    # Before scikit-learn loads OpenMP, whose threads else take every core and spin while they wait.
    wait_passively()
    os.environ.setdefault("OMP_NUM_THREADS", str(threads({})))
    answer(predict) if "--predict" in sys.argv else run(train)
