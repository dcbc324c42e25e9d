"""One suggestion of one of Optuna's samplers, from a study in memory that is made of what the sweep has observed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .ask import Ask, Dimension, Point

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.distributions import BaseDistribution
    from optuna.samplers import BaseSampler

# Optuna's own 50 suit searches of thousands: a sweep of 40 trials would be random to its end.
_POPULATION = 20
_GENERATION_OF_NSGA2 = "NSGAIISampler:generation"
_GENERATION_OF_CMA = "cma:generation"
_OPTIMIZER_OF_CMA = "cma:optimizer"


def suggest(ask: Ask) -> dict[str, float]:
    """The next trial: a function of the ask alone, as the sampler gets its randomness from the ask's seed."""
    import optuna

    sampler = _sampler(ask)
    study = optuna.create_study(direction=ask.direction, sampler=sampler)
    _tell(study, ask)
    for running in ask.running:
        study.add_trial(
            optuna.trial.create_trial(
                state=optuna.trial.TrialState.RUNNING, params=dict(running), distributions=_distributions(ask, running)
            )
        )
    trial = study.ask()
    point: dict[str, float] = {}
    for dimension in ask.dimensions:
        if dimension.belongs(point):
            point[dimension.name] = _value(trial, dimension)
    return point


def _sampler(ask: Ask) -> BaseSampler:
    from optuna import samplers

    if ask.sampler == "gp":
        # Imported where Optuna needs it, which is long after the sweep's first trial.
        import torch  # noqa: F401

        return samplers.GPSampler(seed=ask.seed, warn_independent_sampling=False)
    if ask.sampler == "cmaes":
        import cmaes  # noqa: F401

        return samplers.CmaEsSampler(seed=ask.seed, warn_independent_sampling=False)
    return samplers.NSGAIISampler(seed=ask.seed, population_size=_POPULATION)


def _value(trial: Trial, dimension: Dimension) -> float:
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

    name, asked = dimension.name, dimension.distribution
    if isinstance(asked, FloatDistribution):
        return float(trial.suggest_float(name, asked.low, asked.high, log=asked.log, step=asked.step))
    if isinstance(asked, IntDistribution):
        return int(trial.suggest_int(name, asked.low, asked.high, log=asked.log, step=asked.step))
    if isinstance(asked, CategoricalDistribution):
        return int(cast(int, trial.suggest_categorical(name, asked.choices)))
    raise TypeError(f"{name} is a {type(asked).__name__}")


def _tell(study: Study, ask: Ask) -> None:
    """Adds what was observed in the order in which it ended. A failed trial counts as the worst that was seen."""
    known = [value for value in (each.value for each in ask.observations) if value is not None]
    if not known:
        return
    worst = min(known) if ask.direction == "maximize" else max(known)
    valued = [(each.point, worst if each.value is None else each.value) for each in ask.observations]
    if ask.sampler == "cmaes":
        _tell_generations(study, ask, valued)
        return
    for index, (point, value) in enumerate(valued):
        attributes = {_GENERATION_OF_NSGA2: index // _POPULATION} if ask.sampler == "nsga2" else {}
        _add(study, ask, point, value, attributes)


def _tell_generations(study: Study, ask: Ask, valued: Sequence[tuple[Point, float]]) -> None:
    """CMA-ES learns generation by generation, and Optuna keeps what it has learnt in the first trial of the next one.

    Here trials make up generations in the order in which they ended. After each whole one the study is asked once, for
    no trial but for what that has learnt.
    """
    import optuna

    varied = [each for each in ask.dimensions if each.parent is None and not _is_choice(each.distribution)]
    population = 4 + int(3 * _log(len(varied)))
    attributes: dict[str, Any] = {}
    for index, (point, value) in enumerate(valued):
        if index > 0 and index % population == 0:
            asked = study.ask({each.name: each.distribution for each in varied})
            learnt = study.get_trials(deepcopy=False)[asked.number].system_attrs
            attributes = {name: each for name, each in learnt.items() if name.startswith(_OPTIMIZER_OF_CMA)}
            study.tell(asked, state=optuna.trial.TrialState.FAIL)
        _add(study, ask, point, value, {**attributes, _GENERATION_OF_CMA: index // population})
        attributes = {}


def _add(study: Study, ask: Ask, point: Point, value: float, attributes: Mapping[str, Any]) -> None:
    import optuna

    study.add_trial(
        optuna.trial.create_trial(
            value=value,
            params=dict(point),
            distributions=_distributions(ask, point),
            system_attrs=dict(attributes),
        )
    )


def _distributions(ask: Ask, point: Point) -> dict[str, BaseDistribution]:
    return {each.name: each.distribution for each in ask.dimensions if each.name in point}


def _is_choice(distribution: BaseDistribution) -> bool:
    from optuna.distributions import CategoricalDistribution

    return isinstance(distribution, CategoricalDistribution) or distribution.single()


def _log(count: int) -> float:
    return math.log(count) if count > 0 else 0.0
