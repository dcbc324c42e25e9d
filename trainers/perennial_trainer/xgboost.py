"""The XGBoost trainer: `python -m perennial_trainer.xgboost job.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from .booster import BoosterLearner
from .checkpoint import Checkpoints
from .data import Dataset, load
from .encoding import MAX_CATEGORIES, Encoding
from .errors import BadJob
from .files import write_whole
from .graph import ML, Graph
from .job import Job, ParameterValue, Task
from .lifetime import run
from .parameters import Choice, Integer, Real, Spec, read_parameters
from .progress import log
from .report import write_report
from .stepwise import FINAL, Learnt, Patience, learn, side_by_side
from .threads import threads
from .trees import read_trees
from .verify import verify

SPEC: Spec = {
    "rounds": Integer(1, default=150),
    "early_stopping_rounds": Integer(1),
    "max_categories": Integer(1, 4096, default=MAX_CATEGORIES),
    "nthread": Integer(1),
    "max_depth": Integer(0, 24, default=6),
    "max_leaves": Integer(0, default=0),
    "grow_policy": Choice(("depthwise", "lossguide"), default="depthwise"),
    "max_bin": Integer(2, default=256),
    "eta": Real(0, 1, default=0.1, above_low=True),
    "subsample": Real(0, 1, default=1.0, above_low=True),
    "colsample_bytree": Real(0, 1, default=1.0, above_low=True),
    "colsample_bylevel": Real(0, 1, default=1.0, above_low=True),
    "colsample_bynode": Real(0, 1, default=1.0, above_low=True),
    "min_child_weight": Real(0, default=1.0),
    "gamma": Real(0, default=0.0),
    "reg_lambda": Real(0, default=1.0),
    "reg_alpha": Real(0, default=0.0),
    "max_delta_step": Real(0, default=0.0),
    "scale_pos_weight": Real(0, default=1.0, above_low=True),
    "objective": Choice(("reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror")),
}

# Names of the same things elsewhere (XGBoost's scikit-learn wrapper, LightGBM).
ALIASES = {
    "n_estimators": "rounds",
    "num_boost_round": "rounds",
    "num_rounds": "rounds",
    "iterations": "rounds",
    "learning_rate": "eta",
    "n_jobs": "nthread",
    "lambda": "reg_lambda",
    "alpha": "reg_alpha",
    "min_split_loss": "gamma",
    "num_leaves": "max_leaves",
}

# These say how far to go, or with how many hands, not which model.
_NOT_IDENTITY = frozenset({"rounds", "nthread", "early_stopping_rounds"})
_OURS = frozenset({"rounds", "early_stopping_rounds", "max_categories"})
_STOPPING_METRIC: Mapping[Task, str] = {
    "binary-classification": "auc",
    "multiclass-classification": "logLoss",
    "regression": "rmse",
}


@dataclass(frozen=True)
class Boosted:
    """What was learnt: the booster cut down to its best round, with all that is needed to serve and to report it."""

    learner: BoosterLearner
    encoding: Encoding
    parameters: Mapping[str, ParameterValue]
    learnt: Learnt


def train(job: Job) -> None:
    data = load(job)
    boosted = boost(job, data)
    model = served_graph(job, boosted, len(data.classes))
    verify(job, model, data.validation, boosted.learner.scores)
    write_whole(job.output / "model.onnx", model)
    write_whole(job.output / "model.ubj", boosted.learner.model("ubj"))
    write_whole(job.output / "categories.json", json.dumps(dict(boosted.encoding.categories)).encode())
    report(job, data, boosted)


def boost(job: Job, data: Dataset) -> Boosted:
    """Trains with the job's parameters, folds, checkpoints and patience. Raises BadJob for parameters that do not
    exist.
    """
    parameters = _parameters(job)
    log(f"{len(data.train)} train and {len(data.validation)} validation rows, {len(job.features)} features")
    encoding = Encoding.fit(data.train, int(parameters["max_categories"]))
    learners = _learners(job, data, encoding, parameters)
    rounds = int(parameters["rounds"])
    patience = parameters.get("early_stopping_rounds")
    learnt = learn(
        learners,
        steps=rounds,
        evaluate_every=max(1, rounds // 30),
        checkpoints=Checkpoints(job.checkpoint_folder, job.checkpoint_every, job.fingerprint(_NOT_IDENTITY)),
        patience=None if patience is None else Patience(_STOPPING_METRIC[job.task], int(patience)),
    )
    final = learners[FINAL]
    final.keep(learnt.best_step)
    return Boosted(final, encoding, parameters, learnt)


def served_graph(job: Job, boosted: Boosted, classes: int) -> bytes:
    graph = Graph(job)
    numbers = graph.numbers()
    matrix = graph.beside([*([numbers] if numbers else []), *graph.codes(boosted.encoding)])
    return graph.finish(ensemble(graph, job, boosted, matrix), max(classes, 1))


def ensemble(graph: Graph, job: Job, boosted: Boosted, matrix: str) -> str:
    """Adds trees and link to the graph: scores from a [N, columns] matrix in the order in which the booster saw its
    columns.
    """
    trees = read_trees(boosted.learner.model("json"))
    margins = graph.add("TreeEnsembleRegressor", [matrix], domain=ML, **trees.attributes)
    if job.task == "regression":
        return margins
    if job.task == "multiclass-classification":
        return graph.add("Softmax", [margins], axis=1)
    positive = graph.add("Sigmoid", [margins])
    negative = graph.add("Sub", [graph.constant(np.ones(1, dtype=np.float32)), positive])
    return graph.beside([negative, positive])


def report(job: Job, data: Dataset, boosted: Boosted) -> None:
    write_report(
        job,
        metrics=boosted.learnt.metrics,
        folds=boosted.learnt.folds,
        classes=data.classes,
        device=boosted.learner.device(),
        parameters=boosted.parameters,
        steps=boosted.learnt.best_step,
        libraries=("xgboost", "xgboost-cpu", "numpy", "pyarrow", "onnx", "onnxruntime"),
    )


def _parameters(job: Job) -> dict[str, ParameterValue]:
    parameters = read_parameters(job.parameters, SPEC, ALIASES)
    if job.task != "regression" and "objective" in parameters:
        raise BadJob("parameter 'objective' is for regressions; a classification always learns its log loss")
    parameters["nthread"] = threads(parameters)
    return parameters


def _learners(
    job: Job, data: Dataset, encoding: Encoding, parameters: Mapping[str, ParameterValue]
) -> dict[str, BoosterLearner]:
    settings = {
        **{name: value for name, value in parameters.items() if name not in _OURS},
        **_objective(job.task, parameters, len(data.classes)),
        "seed": job.seed,
        "device": job.device,
    }
    return side_by_side(job, data, partial(BoosterLearner, job, encoding, settings))


def _objective(task: Task, parameters: Mapping[str, ParameterValue], classes: int) -> dict[str, ParameterValue]:
    if task == "binary-classification":
        return {"objective": "binary:logistic"}
    if task == "multiclass-classification":
        return {"objective": "multi:softprob", "num_class": classes}
    return {"objective": parameters.get("objective", "reg:squarederror")}


if __name__ == "__main__":
    run(train)
