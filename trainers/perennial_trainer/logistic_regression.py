"""The logistic-regression trainer: `python -m perennial_trainer.logistic_regression job.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial

import numpy as np

from .checkpoint import Checkpoints
from .data import Dataset, load
from .encoding import MAX_CATEGORIES, Encoding
from .errors import BadJob
from .files import write_whole
from .graph import ML, Graph
from .job import Job, ParameterValue
from .lifetime import run
from .linear import LinearLearner, Preparation, Scaling, Settings
from .parameters import Choice, Integer, Real, Spec, read_parameters
from .progress import log
from .report import write_report
from .stepwise import FINAL, learn, side_by_side
from .verify import verify

SPEC: Spec = {
    "C": Real(0, default=1.0, above_low=True),
    "max_iter": Integer(1, default=200),
    "tol": Real(0, default=1e-4, above_low=True),
    "class_weight": Choice(("none", "balanced"), default="none"),
    "max_categories": Integer(1, 4096, default=MAX_CATEGORIES),
}

ALIASES = {"c": "C", "inverse_regularization": "C", "iterations": "max_iter", "rounds": "max_iter"}

# One step is this many iterations of L-BFGS. Each step starts a new one from the coefficients alone, so that these are
# all that a checkpoint needs, and a resumed run takes exactly the steps of an uninterrupted one.
ITERATIONS_PER_STEP = 20

_NOT_IDENTITY = frozenset({"max_iter"})


def train(job: Job) -> None:
    if job.task == "regression":
        raise BadJob("logistic regression is a classifier, but the task is a regression; use the trainer xgboost")
    if job.device == "cuda":
        raise BadJob("the job asks for cuda, but logistic regression trains on the CPU only")
    parameters = read_parameters(job.parameters, SPEC, ALIASES)
    data = load(job)
    log(f"{len(data.train)} train and {len(data.validation)} validation rows, {len(job.features)} features")
    preparation = Preparation(
        Encoding.fit(data.train, int(parameters["max_categories"])), Scaling.fit(data.train.numeric)
    )
    learners = side_by_side(job, data, partial(LinearLearner, job, preparation, _settings(parameters, data)))
    learnt = learn(
        learners,
        steps=-(-int(parameters["max_iter"]) // ITERATIONS_PER_STEP),
        evaluate_every=1,
        checkpoints=Checkpoints(job.checkpoint_folder, job.checkpoint_every, job.fingerprint(_NOT_IDENTITY)),
    )
    final = learners[FINAL]
    model = served_graph(job, preparation, final)
    verify(job, model, data.validation, final.scores)
    write_whole(job.output / "model.onnx", model)
    write_whole(job.output / "model.json", _native(preparation, final))
    write_report(
        job,
        metrics=learnt.metrics,
        folds=learnt.folds,
        classes=data.classes,
        parameters=parameters,
        steps=learnt.steps,
        libraries=("scikit-learn", "scipy", "numpy", "pyarrow", "onnx", "onnxruntime"),
    )


def _settings(parameters: Mapping[str, ParameterValue], data: Dataset) -> Settings:
    return Settings(
        strength=float(parameters["C"]),
        tolerance=float(parameters["tol"]),
        balanced=parameters["class_weight"] == "balanced",
        iterations=ITERATIONS_PER_STEP,
        classes=len(data.classes),
    )


def served_graph(job: Job, preparation: Preparation, learner: LinearLearner) -> bytes:
    """Logits are a matrix product over the scaled numbers plus one looked-up row of weights per category; then a
    softmax.
    """
    encoding, scaling = preparation.encoding, preparation.scaling
    weights, intercepts = learner.weights()
    split = len(job.numeric)
    graph = Graph(job)
    terms = [graph.constant(intercepts.astype(np.float32)[None, :])]
    numbers = graph.numbers()
    if numbers is not None:
        filled = graph.add(
            "Imputer",
            [numbers],
            domain=ML,
            imputed_value_floats=scaling.filling.tolist(),
            replaced_value_float=float("nan"),
        )
        scaled = graph.add("Scaler", [filled], domain=ML, offset=scaling.offset.tolist(), scale=scaling.scale.tolist())
        terms.append(graph.add("MatMul", [scaled, graph.constant(weights[:split].astype(np.float32))]))
    if job.categorical:
        codes = graph.codes(encoding, offsets=dict(zip(job.categorical, encoding.offsets(), strict=True)))
        rows = graph.beside(codes)
        looked_up = graph.add("Gather", [graph.constant(weights[split:].astype(np.float32)), rows], axis=0)
        axes = graph.constant(np.array([1], dtype=np.int64))
        terms.append(graph.add("ReduceSum", [looked_up, axes], keepdims=0))
    return graph.finish(graph.add("Softmax", [graph.add("Sum", terms)], axis=1), weights.shape[1])


def _native(preparation: Preparation, learner: LinearLearner) -> bytes:
    """Plain numbers rather than a pickle: anyone can read it, and reading it runs no code."""
    encoding, scaling = preparation.encoding, preparation.scaling
    weights, intercepts = learner.weights()
    model = {
        "categories": dict(encoding.categories),
        "filling": scaling.filling.tolist(),
        "offset": scaling.offset.tolist(),
        "scale": scaling.scale.tolist(),
        "weights": weights.tolist(),
        "intercepts": intercepts.tolist(),
    }
    return json.dumps(model).encode()


if __name__ == "__main__":
    run(train)
