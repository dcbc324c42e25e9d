"""CPU of one suggestion by Optuna's default sampler, in a study in memory that already has N trials: one {"ms": ...} line a suggestion.

overhead.py N SUGGESTIONS
"""

import json
import random
import sys
import time

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.trial import create_trial

SPACE = {
    **{f"x{at}": FloatDistribution(-5, 5) for at in range(4)},
    "lr": FloatDistribution(1e-4, 1, log=True),
    "k": IntDistribution(1, 10),
    "c": CategoricalDistribution(["a", "b", "c"]),
}


def loss(parameters):
    numbers = [value for name, value in parameters.items() if name not in ("k", "c")]
    return sum(value * value for value in numbers) + parameters["k"] + (parameters["c"] == "a")


def finished(draw):
    parameters = {f"x{at}": draw.uniform(-5, 5) for at in range(4)}
    parameters |= {"lr": 10 ** draw.uniform(-4, 0), "k": draw.randint(1, 10), "c": draw.choice("abc")}
    return create_trial(params=parameters, distributions=SPACE, value=loss(parameters))


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    trials, suggestions = map(int, sys.argv[1:])
    draw = random.Random(1)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=1))
    study.add_trials([finished(draw) for _ in range(trials)])
    for _ in range(suggestions):
        started = time.process_time()
        trial = study.ask(SPACE)
        ended = time.process_time()
        study.tell(trial, loss(trial.params))
        print(json.dumps({"ms": (ended - started) * 1000}), flush=True)
