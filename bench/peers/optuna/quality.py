"""Optuna's default sampler on the test functions of bench/sweep/functions.ts: best value so far after 50, 100 and 200 trials.

quality.py FUNCTION IN_FLIGHT FIRST_SEED END_SEED TABLE.csv: one JSON line a seed
"""

import csv
import json
import math
import random
import sys

import optuna

EVALUATIONS = (50, 100, 200)
HARTMANN = (
    (1.0, (10, 3, 17, 3.5, 1.7, 8), (0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886)),
    (1.2, (0.05, 10, 17, 0.1, 8, 14), (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991)),
    (3.0, (3, 3.5, 1.7, 10, 17, 8), (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665)),
    (3.2, (17, 8, 0.05, 10, 0.1, 14), (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381)),
)


def axes(trial, count, low, high):
    return [trial.suggest_float(f"x{at}", low, high) for at in range(count)]


def branin(trial):
    x, y = trial.suggest_float("x0", -5, 10), trial.suggest_float("x1", 0, 15)
    bend = y - 5.1 / (4 * math.pi**2) * x * x + 5 / math.pi * x - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 - 0.397887


def hartmann(trial):
    x = axes(trial, 6, 0, 1)
    terms = (
        weight * math.exp(-sum(s * (at - c) ** 2 for at, s, c in zip(x, scales, centres)))
        for weight, scales, centres in HARTMANN
    )
    return 3.32237 - sum(terms)


def ackley(trial):
    x = [at - 3.1 for at in axes(trial, 5, -32.768, 32.768)]
    bowl = math.exp(-0.2 * math.sqrt(sum(at * at for at in x) / 5))
    return -20 * bowl - math.exp(sum(math.cos(2 * math.pi * at) for at in x) / 5) + 20 + math.e


def rosenbrock(trial):
    x = axes(trial, 4, -5, 10)
    return sum(100 * (x[at + 1] - x[at] ** 2) ** 2 + (1 - x[at]) ** 2 for at in range(3))


def conditional(trial):
    model = trial.suggest_categorical("model", ["a", "b", "c"])
    base = 0.5 * (math.log10(trial.suggest_float("lr", 1e-5, 1, log=True)) + 2.5) ** 2
    if model == "a":
        depth = trial.suggest_int("a_depth", 1, 20)
        gini = trial.suggest_categorical("a_crit", ["gini", "ent"]) == "gini"
        return 0.6 + base + 0.005 * (depth - 7) ** 2 + (0.3 if gini else 0)
    if model == "c":
        return 0.3 + base + 0.04 * abs(trial.suggest_int("c_k", 1, 50) - 11)
    reg = trial.suggest_float("b_reg", 1e-6, 100, log=True)
    layers = trial.suggest_int("b_layers", 1, 8)
    act = trial.suggest_categorical("b_act", ["relu", "tanh", "gelu", "sig"])
    drop = trial.suggest_float("b_drop", 0, 0.9)
    worse = {"relu": 0, "tanh": 0.2, "gelu": 0.05, "sig": 0.5}[act]
    return base + ((math.log10(reg) + 3) / 4) ** 2 + abs(layers - 5) * 0.15 + worse + 2 * (drop - 0.2) ** 2


NUMBERS = (
    ("learning_rate", 0.005, 0.5, True),
    ("max_depth", 2, 12, False),
    ("min_child_weight", 0.1, 100, True),
    ("subsample", 0.3, 1, False),
    ("colsample_bytree", 0.3, 1, False),
    ("reg_lambda", 0.001, 100, True),
    ("reg_alpha", 0.001, 100, True),
    ("gamma", 0.001, 10, True),
)


def place(value, low, high, log):
    if log:
        return (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
    return (value - low) / (high - low)


def flights_places(parameters):
    places = [place(float(parameters[name]), low, high, log) for name, low, high, log in NUMBERS]
    if parameters["grow_policy"] == "depthwise":
        return [*places, 0, 0.5]
    return [*places, 1, place(float(parameters["max_leaves"]), 8, 256, True)]


class Flights:
    """Validation AUC of the nearest measured configurations, weighted by inverse distance."""

    def __init__(self, table):
        with open(table, encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        rounds = [name for name in rows[0] if name[0] == "r" and name[1:].isdigit()]
        self.known = [(flights_places(row), max(float(row[name]) for name in rounds) / 1e5) for row in rows]
        self.best = max(value for _, value in self.known)

    def __call__(self, trial):
        parameters = {}
        for name, low, high, log in NUMBERS:
            whole = name == "max_depth"
            suggest = trial.suggest_int if whole else trial.suggest_float
            parameters[name] = suggest(name, low, high, log=log)
        parameters["grow_policy"] = trial.suggest_categorical("grow_policy", ["depthwise", "lossguide"])
        if parameters["grow_policy"] == "lossguide":
            parameters["max_leaves"] = trial.suggest_int("max_leaves", 8, 256, log=True)
        here = flights_places(parameters)
        near = sorted((sum((a - b) ** 2 for a, b in zip(here, places)), value) for places, value in self.known)[:10]
        weights = [1 / (squared + 1e-9) ** 1.5 for squared, _ in near]
        guess = sum(weight * value for weight, (_, value) in zip(weights, near)) / sum(weights)
        return 1000 * (self.best - guess)


def levy(trial):
    w = [1 + (at - 1) / 4 for at in axes(trial, 5, -10, 10)]
    middle = sum((at - 1) ** 2 * (1 + 10 * math.sin(math.pi * at + 1) ** 2) for at in w[:-1])
    return math.sin(math.pi * w[0]) ** 2 + middle + (w[-1] - 1) ** 2 * (1 + math.sin(2 * math.pi * w[-1]) ** 2)


def styblinski_tang(trial):
    return 5 * 39.16616570377142 + sum((at**4 - 16 * at**2 + 5 * at) / 2 for at in axes(trial, 5, -5, 5))


def michalewicz(trial):
    x = axes(trial, 5, 0, math.pi)
    return 4.687658179088 - sum(math.sin(at) * math.sin((i + 1) * at * at / math.pi) ** 20 for i, at in enumerate(x))


def network(trial):
    rule = trial.suggest_categorical("rule", ["sgd", "adam", "rms"])
    batch = trial.suggest_categorical("batch", [16, 32, 64, 128])
    rate = math.log10(trial.suggest_float("rate", 1e-5, 1, log=True))
    layers = trial.suggest_int("layers", 1, 6)
    width = math.log2(trial.suggest_int("width", 8, 512, log=True))
    drop = trial.suggest_float("drop", 0, 0.6, step=0.05)
    right = {"sgd": -1, "adam": -3, "rms": -3.5}[rule] + 0.3 * math.log2(batch / 32)
    costs = {"sgd": 0.15, "adam": 0, "rms": 0.1}[rule] + {16: 0.05, 32: 0, 64: 0.02, 128: 0.1}[batch]
    shape = 0.1 * (layers - 3) ** 2 + 0.05 * (width + layers - 10) ** 2
    return 0.4 * (rate - right) ** 2 + costs + shape + 4 * (drop - 0.1 * (layers - 1)) ** 2


SHEKEL = (
    (0.1, (4, 4, 4, 4)),
    (0.2, (1, 1, 1, 1)),
    (0.2, (8, 8, 8, 8)),
    (0.4, (6, 6, 6, 6)),
    (0.4, (3, 7, 3, 7)),
    (0.6, (2, 9, 2, 9)),
    (0.3, (5, 5, 3, 3)),
    (0.7, (8, 1, 8, 1)),
    (0.5, (6, 2, 6, 2)),
    (0.5, (7, 3.6, 7, 3.6)),
)


def shekel(trial):
    x = axes(trial, 4, 0, 10)
    return 10.536443 - sum(1 / (width + sum((a - b) ** 2 for a, b in zip(x, centre))) for width, centre in SHEKEL)


def dixon_price(trial):
    x = axes(trial, 5, -10, 10)
    return (x[0] - 1) ** 2 + sum((at + 1) * (2 * x[at] ** 2 - x[at - 1]) ** 2 for at in range(1, 5))


def salomon(trial):
    radius = math.sqrt(sum((at - 17) ** 2 for at in axes(trial, 5, -100, 100)))
    return 1 - math.cos(2 * math.pi * radius) + 0.1 * radius


def pipeline(trial):
    model = trial.suggest_categorical("model", ["linear", "tree", "knn"])
    scaler = trial.suggest_categorical("scaler", ["none", "standard", "quantile"])
    both = 2 * (trial.suggest_float("kept", 0.1, 1, step=0.1) - 0.7) ** 2
    if model == "linear":
        l2 = trial.suggest_float("l2", 1e-6, 10, log=True)
        return 0.25 + both + 0.1 * (math.log10(l2) + 2) ** 2 + {"none": 0.3, "standard": 0, "quantile": 0.1}[scaler]
    if model == "knn":
        k = trial.suggest_int("k", 1, 64, log=True)
        return 0.15 + both + 0.1 * (math.log2(k) - 3.5) ** 2 + {"none": 0.5, "standard": 0.05, "quantile": 0}[scaler]
    depth = trial.suggest_int("depth", 1, 16)
    leaf = trial.suggest_int("leaf", 1, 128, log=True)
    return both + 0.02 * (depth - 9) ** 2 + 0.04 * (math.log2(leaf) - 3) ** 2 + (0 if scaler == "none" else 0.02)


FUNCTIONS = {
    "Branin": branin,
    "Hartmann-6": hartmann,
    "Ackley-5": ackley,
    "Rosenbrock-4": rosenbrock,
    "conditional": conditional,
    "Levy-5": levy,
    "Styblinski-Tang-5": styblinski_tang,
    "Michalewicz-5": michalewicz,
    "network": network,
    "Shekel-4": shekel,
    "Dixon-Price-5": dixon_price,
    "Salomon-5": salomon,
    "pipeline": pipeline,
}


def best_so_far(function, in_flight, seed):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    order, flying, best, after = random.Random(seed), [], math.inf, {}
    for done in range(1, max(EVALUATIONS) + 1):
        while len(flying) < in_flight:
            trial = study.ask()
            flying.append((trial, function(trial)))
        trial, value = flying.pop(order.randrange(len(flying)))
        study.tell(trial, value)
        best = min(best, value)
        if done in EVALUATIONS:
            after[done] = best
    return after


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    name, in_flight, first, end, table = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
    objective = Flights(table) if name == "flights" else FUNCTIONS[name]
    for seed in range(first, end):
        print(json.dumps({"seed": seed, "best": best_so_far(objective, in_flight, seed)}), flush=True)
