"""Categories to numbers, the same way in training and inside the served graph.

A feature's frequent values get the codes 0, 1, 2, ... in alphabetical order; every other value, seen or not, gets the
one code behind them. A missing value ("") is a value like any other. Where no train row has a rare value, nothing is
learnt about that last code, so an unseen value answers every question "is it X?" with no: what a one-hot encoding
calls all zeros.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .data import Floats, Rows

MAX_CATEGORIES = 128


@dataclass(frozen=True)
class Encoding:
    """`categories[feature][code]` is the value that has this code."""

    categories: Mapping[str, tuple[str, ...]]

    @classmethod
    def fit(cls, rows: Rows, max_categories: int = MAX_CATEGORIES) -> Encoding:
        """Keeps the `max_categories` most frequent values of each feature; ties fall to the alphabetically first."""
        return cls({name: _frequent(column, max_categories) for name, column in rows.categorical.items()})

    def codes(self, rows: Rows) -> npt.NDArray[np.int64]:
        """[rows, categorical features]"""
        columns = [_codes(column, self.categories[name]) for name, column in rows.categorical.items()]
        return np.stack(columns, axis=1) if columns else np.empty((len(rows), 0), dtype=np.int64)

    def offsets(self) -> list[int]:
        """Where each feature begins when all codes, the one for every other value included, stand in one row of
        columns.
        """
        sizes = [len(values) + 1 for values in self.categories.values()]
        return [sum(sizes[:index]) for index in range(len(sizes))]

    def width(self) -> int:
        return sum(len(values) + 1 for values in self.categories.values())

    def matrix(self, rows: Rows) -> Floats:
        """[rows, numeric features then categorical codes], as the served graph concatenates them."""
        return np.concatenate([rows.numeric, self.codes(rows).astype(np.float32)], axis=1)


def _frequent(column: pa.StringArray, most: int) -> tuple[str, ...]:
    counts = {entry["values"]: entry["counts"] for entry in pc.value_counts(column).to_pylist()}
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    return tuple(sorted(ranked[:most]))


def _codes(column: pa.StringArray, categories: tuple[str, ...]) -> npt.NDArray[np.int64]:
    found = pc.index_in(column, value_set=pa.array(categories, type=pa.string()))
    codes: npt.NDArray[np.int64] = found.fill_null(len(categories)).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes
