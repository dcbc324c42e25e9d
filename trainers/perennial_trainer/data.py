"""The rows of a job, straight from Parquet into arrays: no pandas, because its import costs more than a small trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from .errors import BadJob, did_you_mean
from .job import Job
from .progress import log

Floats: TypeAlias = npt.NDArray[np.float32]
ClassLabel: TypeAlias = str | int | float


@dataclass(frozen=True)
class Rows:
    """`numeric` [rows, numeric features] with NaN for missing; `categorical` one Arrow string array per feature with
    "" for missing.

    `label` holds class indices for classification (order of `Dataset.classes`) and the value itself for regression.
    """

    numeric: Floats
    categorical: Mapping[str, pa.StringArray]
    label: npt.NDArray[np.float64]
    time: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.label)

    def slice(self, start: int, stop: int) -> Rows:
        texts = {name: column.slice(start, stop - start) for name, column in self.categorical.items()}
        return Rows(self.numeric[start:stop], texts, self.label[start:stop], self.time[start:stop])


@dataclass(frozen=True)
class Dataset:
    train: Rows
    validation: Rows
    classes: tuple[ClassLabel, ...]


def load(job: Job) -> Dataset:
    """Rows whose label is missing are left out. Raises BadJob where file, column, type or label do not fit the job."""
    train, validation = _read(job, job.train), _read(job, job.validation)
    if job.task == "regression":
        return Dataset(_regression(job, train), _regression(job, validation), ())
    classes = _classes(job, train.column(job.label))
    return Dataset(_classification(job, train, classes), _classification(job, validation, classes), classes)


def _read(job: Job, path: Path) -> pa.Table:
    wanted = [*(feature.name for feature in job.features), job.label, job.time]
    try:
        present = pq.read_schema(path).names
        for name in wanted:
            if name not in present:
                raise BadJob(f"{path} has no column '{name}'{did_you_mean(name, present)}")
        table = pq.read_table(path, columns=list(dict.fromkeys(wanted)), partitioning=None)
    except (OSError, pa.ArrowInvalid) as error:
        raise BadJob(f"cannot read {path} as Parquet: {error}") from error
    kept = table.filter(pc.is_valid(table.column(job.label)))
    if kept.num_rows < table.num_rows:
        log(f"{table.num_rows - kept.num_rows} of {table.num_rows} rows of {path.name} have no label and are left out")
    if kept.num_rows == 0:
        raise BadJob(f"{path} has no row with a value in the label '{job.label}'")
    return kept


def _regression(job: Job, table: pa.Table) -> Rows:
    return _rows(job, table, _numbers(table, job.label, "label").astype(np.float64))


def _classification(job: Job, table: pa.Table, classes: tuple[ClassLabel, ...]) -> Rows:
    values = table.column(job.label)
    indices = pc.index_in(values, value_set=pa.array(list(classes)).cast(values.type))
    known = pc.is_valid(indices)
    lost = table.num_rows - pc.sum(known).as_py()
    if lost == table.num_rows:
        raise BadJob(
            f"no validation row has a label among the classes of the train rows: {', '.join(map(str, classes))}"
        )
    if lost:
        log(f"{lost} validation rows have a class that no train row has, and are left out")
    return _rows(job, table.filter(known), indices.filter(known).to_numpy().astype(np.float64))


def _classes(job: Job, labels: pa.ChunkedArray) -> tuple[ClassLabel, ...]:
    distinct = sorted(pc.unique(labels).to_pylist())
    if len(distinct) < 2:
        raise BadJob(f"the label '{job.label}' has only the value {distinct[0]!r} in the train rows")
    if job.task == "binary-classification" and len(distinct) > 2:
        shown = ", ".join(map(repr, distinct[:5]))
        raise BadJob(f"the label '{job.label}' has {len(distinct)} values ({shown}, ...), but the task is binary")
    if len(distinct) > 1000:
        raise BadJob(f"the label '{job.label}' has {len(distinct)} values: is the task a regression?")
    return tuple(int(value) if isinstance(value, bool) else value for value in distinct)


def _rows(job: Job, table: pa.Table, label: npt.NDArray[np.float64]) -> Rows:
    categorical = {name: texts(table, name) for name in job.categorical}
    return Rows(matrix(table, job.numeric), categorical, label, _times(table, job.time))


def matrix(table: pa.Table, names: Sequence[str]) -> Floats:
    """[rows, names] with NaN for missing."""
    numeric = np.empty((table.num_rows, len(names)), dtype=np.float32)
    for index, name in enumerate(names):
        numeric[:, index] = _numbers(table, name, "numeric feature")
    # An infinite value is a broken measurement; the learners refuse it, so it counts as missing.
    numeric[np.isinf(numeric)] = np.nan
    return numeric


def _numbers(table: pa.Table, name: str, role: str) -> Floats:
    column = table.column(name)
    kind = column.type
    if not (
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_decimal(kind)
    ):
        raise BadJob(f"the {role} '{name}' is a {kind} in the Parquet file, not a number")
    values: npt.NDArray[Any] = column.cast(pa.float64()).to_numpy()
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


def texts(table: pa.Table, name: str) -> pa.StringArray:
    """With "" for missing."""
    column = table.column(name)
    try:
        return column.cast(pa.string()).fill_null("").combine_chunks()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise BadJob(f"the categorical feature '{name}' is a {column.type}, which has no text form") from error


def _times(table: pa.Table, name: str) -> npt.NDArray[np.int64]:
    column = table.column(name)
    if pa.types.is_string(column.type):
        column = pc.rank(column, tiebreaker="dense")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"), safe=False)
    values: npt.NDArray[Any] = column.cast(pa.int64(), safe=False).to_numpy()
    return values.astype(np.int64)
