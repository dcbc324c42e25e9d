"""The XGBoost trainer: `python -m perennial_trainer.xgboost job.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

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
from .stepwise import FINAL, Patience, learn, side_by_side
from .threads import threads
from .trees import Trees, read_trees
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


def train(job: Job) -> None:
    parameters = _parameters(job)
    data = load(job)
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
    _export(job, data, encoding, final)
    write_report(
        job,
        metrics=learnt.metrics,
        folds=learnt.folds,
        classes=data.classes,
        device=job.device,
        parameters=parameters,
        steps=learnt.best_step,
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


def _export(job: Job, data: Dataset, encoding: Encoding, learner: BoosterLearner) -> None:
    trees = read_trees(learner.model("json"))
    model = served_graph(job, encoding, trees, len(data.classes))

    verify(job, model, data.validation, learner.scores)
    write_whole(job.output / "model.onnx", model)
    write_whole(job.output / "model.ubj", learner.model("ubj"))
    write_whole(job.output / "categories.json", json.dumps(dict(encoding.categories)).encode())


def served_graph(job: Job, encoding: Encoding, trees: Trees, classes: int) -> bytes:
    graph = Graph(job)
    numbers = graph.numbers()
    columns = [*([numbers] if numbers else []), *graph.codes(encoding)]
    matrix = graph.add("Concat", columns, axis=1) if len(columns) > 1 else columns[0]
    margins = graph.add("TreeEnsembleRegressor", [matrix], domain=ML, **trees.attributes)
    if job.task == "regression":
        return graph.finish(margins, 1)
    if job.task == "multiclass-classification":
        return graph.finish(graph.add("Softmax", [margins], axis=1), classes)
    positive = graph.add("Sigmoid", [margins])
    return graph.finish(graph.pair(positive), 2)


if __name__ == "__main__":
    run(train)
