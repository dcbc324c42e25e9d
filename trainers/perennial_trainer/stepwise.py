"""The loop of every trainer that learns in steps: progress, checkpoints, interruption, early stopping, folds side by
side.

All folds and the final learner advance together. So a step has one number (the mean over the folds), a checkpoint is
one moment of all of them, and a sweep can stop a trial in the middle of its cross-validation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .checkpoint import Checkpoint, Checkpoints
from .data import Dataset, Rows
from .errors import Interrupted
from .folds import time_folds
from .job import Job
from .lifetime import stop_requested
from .metrics import mean
from .progress import log, progress

FINAL = "final"

_LOWER_IS_BETTER = frozenset({"logLoss", "rmse", "mae"})


class Learner(Protocol):
    def advance(self, step: int, /) -> bool:
        """Trains step `step` (from 1 on). Answers False when there is nothing more to gain."""
        ...

    def evaluate(self) -> dict[str, float]:
        """Metrics on its own validation rows."""
        ...

    def dump(self) -> bytes: ...

    def restore(self, blob: bytes) -> None: ...


AnyLearner = TypeVar("AnyLearner", bound=Learner)


def side_by_side(job: Job, data: Dataset, learner: Callable[[Rows, Rows], AnyLearner]) -> dict[str, AnyLearner]:
    """FINAL on all train rows, and one learner for each fold that the job asks for; `learner(train, validation)`
    makes one.
    """
    learners = {FINAL: learner(data.train, data.validation)}
    for index, fold in enumerate(time_folds(data.train.time, job.folds)):
        past = data.train.slice(0, fold.train_end)
        learners[f"fold-{index}"] = learner(past, data.train.slice(fold.train_end, fold.validation_end))
    return learners


@dataclass(frozen=True)
class Patience:
    """Stops when `metric` was not better than its best for `steps` steps."""

    metric: str
    steps: int


@dataclass(frozen=True)
class Learnt:
    """`steps` were trained; `best_step` is the one to keep (the last one without Patience). `metrics` belong to
    `best_step`.
    """

    steps: int
    best_step: int
    metrics: Mapping[str, float]
    folds: tuple[Mapping[str, float], ...]


@dataclass(frozen=True)
class _Best:
    step: int
    metrics: Mapping[str, float]
    folds: tuple[Mapping[str, float], ...]


def learn(
    learners: Mapping[str, Learner],
    *,
    steps: int,
    evaluate_every: int,
    checkpoints: Checkpoints,
    patience: Patience | None = None,
) -> Learnt:
    """`learners` holds FINAL and any number of folds. Raises Interrupted, a checkpoint saved, when SIGTERM came."""
    start, best, more = _resume(learners, checkpoints, steps)
    for step in range(start + 1, steps + 1):
        if not more or (best is not None and patience is not None and step - 1 - best.step >= patience.steps):
            break
        if stop_requested():
            _save(learners, checkpoints, start, best, more)
            raise Interrupted(f"after step {start} of {steps}")
        gains = [learner.advance(step) for learner in learners.values()]
        more = any(gains)
        start = step
        if patience is not None or step % evaluate_every == 0 or step == steps or not more:
            best = _evaluate(learners, step, steps, best, patience)
        if checkpoints.due(step):
            _save(learners, checkpoints, step, best, more)
    # Saved even when done: the next rung of a sweep goes on from here with more steps.
    if not checkpoints.due(start):
        _save(learners, checkpoints, start, best, more)
    if best is None or (patience is None and best.step < start):
        best = _evaluate(learners, start, steps, None, None)
    return Learnt(start, best.step, best.metrics, best.folds)


def _evaluate(
    learners: Mapping[str, Learner], step: int, steps: int, best: _Best | None, patience: Patience | None
) -> _Best:
    folds = tuple(learner.evaluate() for name, learner in learners.items() if name != FINAL)
    metrics = mean(list(folds)) if folds else learners[FINAL].evaluate()
    progress(step, steps, metrics, folds)
    if best is None or patience is None or _better(patience.metric, metrics, best.metrics):
        return _Best(step, metrics, folds)
    return best


def _better(metric: str, now: Mapping[str, float], before: Mapping[str, float]) -> bool:
    return now[metric] < before[metric] if metric in _LOWER_IS_BETTER else now[metric] > before[metric]


def _save(learners: Mapping[str, Learner], checkpoints: Checkpoints, step: int, best: _Best | None, more: bool) -> None:
    if checkpoints.every == 0 or step == 0:
        return
    blobs = {name: learner.dump() for name, learner in learners.items()}
    kept = None if best is None else {"step": best.step, "metrics": best.metrics, "folds": best.folds}
    checkpoints.save(Checkpoint(step, blobs, {"best": kept, "more": more}))


def _resume(learners: Mapping[str, Learner], checkpoints: Checkpoints, steps: int) -> tuple[int, _Best | None, bool]:
    found = checkpoints.latest(at_most=steps)
    if found is None:
        return 0, None, True
    for name, learner in learners.items():
        learner.restore(found.blobs[name])
    log(f"resumed from the checkpoint of step {found.step}")
    kept = found.state["best"]
    best = None if kept is None else _Best(kept["step"], kept["metrics"], tuple(kept["folds"]))
    return found.step, best, bool(found.state["more"])
