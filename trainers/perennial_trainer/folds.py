"""Cross-validation for rows in time order: train on the past, validate on what came next, as in production."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .errors import BadJob


@dataclass(frozen=True)
class Fold:
    """Trains on rows [0, train_end), validates on rows [train_end, validation_end)."""

    train_end: int
    validation_end: int


def time_folds(time: npt.NDArray[np.int64], folds: int) -> tuple[Fold, ...]:
    """Cuts the rows into folds + 1 blocks; fold i trains on the first i blocks and validates on the next one.

    A cut moves forward to the next change of `time`, so that rows of one moment are never on both sides of it.
    """
    if folds == 0:
        return ()
    cuts = [_next_change(time, len(time) * block // (folds + 1)) for block in range(1, folds + 1)]
    ends = [*cuts[1:], len(time)]
    if any(start >= end for start, end in zip(cuts, ends, strict=True)):
        raise BadJob(
            f"{len(time)} train rows with {len(np.unique(time))} distinct times are too few for {folds} folds by time"
        )
    return tuple(Fold(start, end) for start, end in zip(cuts, ends, strict=True))


def _next_change(time: npt.NDArray[np.int64], position: int) -> int:
    if position == 0 or time[position] != time[position - 1]:
        return position
    later = np.flatnonzero(time[position:] != time[position])
    return position + int(later[0]) if len(later) else len(time)
