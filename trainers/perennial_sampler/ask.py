"""What a sweep tells when it asks for its next trial."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution

Point = Mapping[str, float]


@dataclass(frozen=True)
class Dimension:
    """One parameter that varies, after the one that it depends on; a choice is told by the index of its value."""

    name: str
    distribution: BaseDistribution
    parent: str | None
    parent_values: frozenset[float]

    def belongs(self, point: Point) -> bool:
        return self.parent is None or point.get(self.parent) in self.parent_values


@dataclass(frozen=True)
class Observation:
    """`value` is None for a trial that failed."""

    point: Point
    value: float | None


@dataclass(frozen=True)
class Ask:
    sampler: str
    seed: int
    direction: Literal["maximize", "minimize"]
    dimensions: tuple[Dimension, ...]
    observations: tuple[Observation, ...]
    running: tuple[Point, ...]


def read_ask(document: Mapping[str, Any]) -> Ask:
    return Ask(
        sampler=document["sampler"],
        seed=document["seed"],
        direction=document["direction"],
        dimensions=tuple(_dimension(each) for each in document["dimensions"]),
        observations=tuple(Observation(each["point"], each["value"]) for each in document["observations"]),
        running=tuple(document["running"]),
    )


def _dimension(document: Mapping[str, Any]) -> Dimension:
    when = document["when"]
    values: Iterable[float] = when["in"] if when else ()
    return Dimension(document["name"], _distribution(document), when["parameter"] if when else None, frozenset(values))


def _distribution(document: Mapping[str, Any]) -> BaseDistribution:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    if document["kind"] == "choice":
        return CategoricalDistribution(list(range(document["count"])))
    low, high, log, step = document["low"], document["high"], document["log"], document["step"]
    if document["kind"] == "int":
        return IntDistribution(low, high, log=log, step=step or 1)
    return FloatDistribution(low, high, log=log, step=step)
