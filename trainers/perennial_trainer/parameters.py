"""A trainer's parameters: declared once with type, range and default, so that a typo ends a job before it costs
anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from .errors import BadJob, did_you_mean
from .job import ParameterValue


@dataclass(frozen=True)
class Integer:
    low: int
    high: int | None = None
    default: int | None = None


@dataclass(frozen=True)
class Real:
    low: float
    high: float | None = None
    default: float | None = None
    above_low: bool = False


@dataclass(frozen=True)
class Choice:
    options: tuple[str, ...]
    default: str | None = None


Spec = Mapping[str, Integer | Real | Choice]


def read_parameters(
    given: Mapping[str, ParameterValue], spec: Spec, aliases: Mapping[str, str]
) -> dict[str, ParameterValue]:
    """The parameters as used: checked, whole numbers told from real ones, defaults filled in.

    `aliases` are names from elsewhere that many people will try; they are answered with ours. Raises BadJob with all
    mistakes.
    """
    mistakes = [_unknown(name, spec, aliases) for name in given if name not in spec]
    used: dict[str, ParameterValue] = {}
    for name, rule in spec.items():
        if name not in given:
            if rule.default is not None:
                used[name] = rule.default
            continue
        try:
            used[name] = _check(given[name], rule)
        except ValueError as error:
            mistakes.append(f"parameter '{name}' is {given[name]!r}, but must be {error}")
    if mistakes:
        raise BadJob("; ".join(mistakes))
    return used


def _unknown(name: str, spec: Spec, aliases: Mapping[str, str]) -> str:
    if name in aliases:
        return f"unknown parameter '{name}': did you mean '{aliases[name]}'?"
    return f"unknown parameter '{name}'{did_you_mean(name, spec)}"


def _check(value: ParameterValue, rule: Integer | Real | Choice) -> ParameterValue:
    if isinstance(rule, Choice):
        if value not in rule.options:
            raise ValueError(f"one of {', '.join(rule.options)}")
        return value
    if isinstance(value, str | bool) or not math.isfinite(value):
        raise ValueError("a number")
    if isinstance(rule, Integer):
        # JSON writers and samplers turn 5 into 5.0.
        if value != int(value):
            raise ValueError("a whole number")
        value = int(value)
    if value < rule.low or (rule.high is not None and value > rule.high) or (_above_low(rule) and value == rule.low):
        raise ValueError(_range(rule))
    return value if isinstance(rule, Integer) else float(value)


def _above_low(rule: Integer | Real) -> bool:
    return isinstance(rule, Real) and rule.above_low


def _range(rule: Integer | Real) -> str:
    low = f"above {rule.low}" if _above_low(rule) else f"at least {rule.low}"
    return low if rule.high is None else f"{low} and at most {rule.high}"
