"""Optuna's samplers as a sweep asks them: one process, all that was observed goes in, the next trial comes out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from perennial_sampler.ask import Ask, read_ask
from perennial_sampler.study import suggest

DIMENSIONS: list[dict[str, Any]] = [
    {"name": "booster", "kind": "choice", "count": 2, "when": None},
    {"name": "depth", "kind": "int", "low": 3, "high": 10, "log": False, "step": 1, "when": None},
    {"name": "eta", "kind": "float", "low": 0.01, "high": 0.3, "log": True, "step": None, "when": None},
    {"name": "gamma", "kind": "float", "low": 0, "high": 5, "log": False, "step": 0.5, "when": None},
    {
        "name": "rate",
        "kind": "float",
        "low": 0,
        "high": 0.5,
        "log": False,
        "step": None,
        "when": {"parameter": "booster", "in": [1]},
    },
]


def ask(sampler: str, observations: Sequence[Mapping[str, Any]] = (), seed: int = 1, **change: Any) -> dict[str, Any]:
    return {
        "sampler": sampler,
        "seed": seed,
        "direction": "maximize",
        "dimensions": DIMENSIONS,
        "observations": list(observations),
        "running": [],
        **change,
    }


def goodness(point: Mapping[str, float]) -> float:
    return -abs(point["eta"] - 0.1) - 0.01 * abs(point["depth"] - 6) - 0.02 * point["gamma"]


def searched(sampler: str, trials: int) -> list[dict[str, Any]]:
    observations: list[dict[str, Any]] = []
    for trial in range(trials):
        point = suggest(read_ask(ask(sampler, observations, seed=trial)))
        observations.append({"point": point, "value": None if trial % 11 == 5 else goodness(point)})
    return observations


@pytest.mark.parametrize("sampler", ["cmaes", "nsga2"])
def test_suggestions_stay_in_the_space_and_get_better(sampler: str) -> None:
    observations = searched(sampler, 60)
    for point in (each["point"] for each in observations):
        assert point["booster"] in (0, 1)
        assert ("rate" in point) == (point["booster"] == 1)
        assert 3 <= point["depth"] <= 10 and point["depth"] == int(point["depth"])
        assert 0.01 <= point["eta"] <= 0.3
        assert point["gamma"] * 2 == int(point["gamma"] * 2)
    first, last = ([goodness(each["point"]) for each in half] for half in (observations[:20], observations[-20:]))
    assert sum(last) > sum(first)


@pytest.mark.parametrize("sampler", ["cmaes", "nsga2"])
def test_an_ask_has_one_answer_and_another_seed_another(sampler: str) -> None:
    observations = searched(sampler, 25)
    answers = [suggest(_read(sampler, observations, seed)) for seed in (7, 7, 8)]
    assert answers[0] == answers[1] != answers[2]


def test_what_runs_is_told_too() -> None:
    running = [{"booster": 0, "depth": 3, "eta": 0.1, "gamma": 0}]
    assert suggest(read_ask(ask("nsga2", searched("nsga2", 3), running=running)))["eta"] > 0


def test_the_process_answers_asks_in_their_order() -> None:
    asks = [ask("nsga2", seed=1), ask("cmaes", seed=2)]
    done = _process(json.dumps(asks))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [suggest(read_ask(each)) for each in asks]


def test_a_sampler_without_its_package_is_named() -> None:
    try:
        import torch  # noqa: F401
    except ImportError:
        done = _process(json.dumps([ask("gp")]))
        assert (done.returncode, done.stderr.strip()) == (65, "No module named 'torch'")
    else:
        assert suggest(read_ask(ask("gp", searched("gp", 11))))["eta"] > 0


def _read(sampler: str, observations: Sequence[Mapping[str, Any]], seed: int) -> Ask:
    return read_ask(ask(sampler, observations, seed=seed))


def _process(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "perennial_sampler"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)
