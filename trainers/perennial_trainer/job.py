"""job.json, read strictly: every mistake in it is reported at once, and as the platform's fault or the user's, not as
a crash later.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from .errors import BadJob, did_you_mean
from .shape import Shape

Task: TypeAlias = Literal["binary-classification", "multiclass-classification", "regression"]
Device: TypeAlias = Literal["cpu", "cuda"]
ParameterValue: TypeAlias = str | int | float | bool

CONTRACT = 1


@dataclass(frozen=True)
class Feature:
    name: str
    categorical: bool


@dataclass(frozen=True)
class Job:
    """One training job, as the platform wrote it. Paths are absolute; rows of the Parquet files are in time order."""

    task: Task
    train: Path
    validation: Path
    holdout: Path
    features: tuple[Feature, ...]
    label: str
    time: str
    id: str
    parameters: Mapping[str, ParameterValue]
    seed: int
    device: Device
    folds: int
    checkpoint_folder: Path
    checkpoint_every: int
    output: Path

    @property
    def numeric(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features if not feature.categorical)

    @property
    def categorical(self) -> tuple[str, ...]:
        return tuple(feature.name for feature in self.features if feature.categorical)

    @classmethod
    def read(cls, path: Path) -> Job:
        """Raises BadJob with all mistakes in one message."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise BadJob(f"cannot read the job {path}: {error.strerror}") from error
        except ValueError as error:
            raise BadJob(f"{path} is not JSON: {error}") from error
        shape = Shape(document, "job")
        job = _read(shape)
        shape.finish()
        _check(job)
        return job

    def fingerprint(self, ignore: Collection[str] = ()) -> str:
        """What a checkpoint must agree on to be taken up again: the data and all that shapes the model.

        `ignore` names parameters that only say how far to go (a later rung of a sweep asks for more rounds of the
        same model).
        """
        identity = {
            "task": self.task,
            "features": [[feature.name, feature.categorical] for feature in self.features],
            "label": self.label,
            "parameters": {name: value for name, value in sorted(self.parameters.items()) if name not in ignore},
            "seed": self.seed,
            "device": self.device,
            "folds": self.folds,
            "data": [_digest(self.train), _digest(self.validation)],
        }
        return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()


def _read(shape: Shape) -> Job:
    contract = shape.integer("contract")
    if contract != CONTRACT:
        shape.mistake("contract", f"is {contract}, but this trainer speaks contract {CONTRACT}")
    data = shape.inner("data")
    checkpoints = shape.inner("checkpoints")
    folds = 0
    if shape.present("crossValidation"):
        validation = shape.inner("crossValidation")
        folds = validation.integer("folds", at_least=2)
        validation.choice("by", ("time",))
    return Job(
        task=shape.choice("task", get_args(Task)),
        train=Path(data.text("train")),
        validation=Path(data.text("validation")),
        holdout=Path(data.text("holdout")),
        features=tuple(
            Feature(item.text("name"), item.choice("type", ("numeric", "categorical")) == "categorical")
            for item in shape.items("features")
        ),
        label=shape.text("label"),
        time=shape.text("time"),
        id=shape.text("id"),
        parameters=shape.parameters("parameters"),
        seed=shape.integer("seed"),
        device=shape.choice("device", get_args(Device)),
        folds=folds,
        checkpoint_folder=Path(checkpoints.text("folder")),
        checkpoint_every=checkpoints.integer("every", at_least=0),
        output=Path(shape.text("output")),
    )


def _check(job: Job) -> None:
    names = [feature.name for feature in job.features]
    if not names:
        raise BadJob("the job has no features")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadJob(f"the job lists a feature twice: {', '.join(twice)}")
    if job.label in names:
        raise BadJob(f"the label '{job.label}' is also a feature: the model would learn to read the answer")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


__all__ = ["BadJob", "Device", "Feature", "Job", "ParameterValue", "Task", "did_you_mean"]
