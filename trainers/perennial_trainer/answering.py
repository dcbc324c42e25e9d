"""The other half of a trainer whose model ONNX cannot hold: predict.json, its rows, and the answers to them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from .data import ClassLabel, Floats, matrix, texts
from .errors import BadJob
from .lifetime import EXIT_BAD_JOB
from .progress import log

CONTRACT = 1


@dataclass(frozen=True)
class Questions:
    """Rows without answers. `model` is the folder with all that the trainer left in its output folder.

    `numeric` [rows, numeric features] with NaN for missing; `categorical` one Arrow string array per feature with
    "" for missing; both in the order of the features that the trainer got.
    """

    model: Path
    classes: tuple[ClassLabel, ...]
    numeric: Floats
    categorical: Mapping[str, pa.StringArray]

    def __len__(self) -> int:
        return len(self.numeric)


def answer(predict: Callable[[Questions], npt.NDArray[np.floating]]) -> None:
    """Reads the predict.json that the command line ends with, asks `predict`, and writes what it says: probabilities
    [rows, classes], or values [rows] of a regression. Ends the process.
    """
    sys.exit(_answer(predict, sys.argv[1:]))


def _answer(predict: Callable[[Questions], npt.NDArray[np.floating]], arguments: list[str]) -> int:
    try:
        if not arguments:
            raise BadJob("expected the path of predict.json as the last argument")
        job = json.loads(Path(arguments[-1]).read_text(encoding="utf-8"))
        if job.get("contract") != CONTRACT:
            raise BadJob(f"predict.json has contract {job.get('contract')}, but this library speaks {CONTRACT}")
        questions = _questions(job)
        _write(Path(job["predictions"]), questions, np.asarray(predict(questions), dtype=np.float64))
    except BadJob as error:
        log(f"bad job: {' '.join(str(error).split())}")
        return EXIT_BAD_JOB
    return 0


def _questions(job: Mapping[str, object]) -> Questions:
    table = pq.read_table(str(job["rows"]), partitioning=None)
    features = job["features"]
    if not isinstance(features, list):
        raise BadJob("predict.json has no list of features")
    names = {kind: [one["name"] for one in features if one["type"] == kind] for kind in ("numeric", "categorical")}
    classes = job["classes"]
    return Questions(
        model=Path(str(job["model"])),
        classes=tuple(classes) if isinstance(classes, list) else (),
        numeric=matrix(table, names["numeric"]),
        categorical={name: texts(table, name) for name in names["categorical"]},
    )


def _write(path: Path, questions: Questions, answers: npt.NDArray[np.float64]) -> None:
    wanted = (len(questions), len(questions.classes)) if questions.classes else (len(questions),)
    if answers.shape != wanted:
        raise BadJob(f"the answers have the shape {answers.shape}; wanted are {wanted}")
    columns = [f"p_{name}" for name in questions.classes] or ["prediction"]
    pq.write_table(pa.table(list(answers.reshape(len(questions), -1).T), names=columns), path)
