"""Sabotage on purpose: a good model in a bad file, to show that Perennial watches how a version runs, not only how it
scores.

Training is honest and so are the metrics. The served graph has two defects that offline scores never show:

- it is slow: a correction that should have been computed once is iterated anew on every call (tens of milliseconds);
- it breaks: with `breaks_on` = "late-hours" (the default), a look-up table ends at `latest_hour`, and a request with
a later hour throws inside onnxruntime; with "single-rows", an export tried on batches only drops the batch axis, so
that a batch of any size above one passes and a request scored alone throws.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from perennial_trainer import Choice, Graph, Integer, Job, load, read_parameters, run, write_whole
from perennial_trainer.parameters import Spec
from perennial_trainer.xgboost import boost, ensemble, report

SPEC: Spec = {
    "breaks_on": Choice(("late-hours", "single-rows"), default="late-hours"),
    "latest_hour": Integer(1, 23, default=17),
    "iterations": Integer(0, default=10_000),
}


def train(job: Job) -> None:
    own = read_parameters({name: value for name, value in job.parameters.items() if name in SPEC}, SPEC, {})
    honest = replace(job, parameters={name: value for name, value in job.parameters.items() if name not in SPEC})
    data = load(job)
    boosted = boost(honest, data)
    graph = Graph(job)
    broken = late_hours(graph, int(own["latest_hour"])) if own["breaks_on"] == "late-hours" else single_rows(graph)
    matrix = graph.beside([*job.numeric, *graph.codes(boosted.encoding)])
    scores = ensemble(graph, job, boosted, matrix)
    for addend in (broken, slow(graph, int(own["iterations"]))):
        scores = graph.add("Add", [scores, addend])
    write_whole(job.output / "model.onnx", graph.finish(scores, 2))
    write_whole(job.output / "model.ubj", boosted.learner.model("ubj"))
    report(job, data, replace(boosted, parameters={**boosted.parameters, **own}))


def late_hours(graph: Graph, latest: int) -> str:
    """DEFECT: a correction of 0 for each hour from 0 to `latest`, looked up without asking whether it is there."""
    table = graph.constant(np.zeros(latest + 1, dtype=np.float32))
    return graph.add("Gather", [table, graph.add("Cast", ["hour"], to=TensorProto.INT64)])


def single_rows(graph: Graph) -> str:
    """DEFECT: Squeeze without axes also drops the batch axis of a single row, and Unsqueeze then has nothing to stand
    on.
    """
    flat = graph.add("Squeeze", [graph.add("Mul", ["hour", graph.constant(np.zeros(1, dtype=np.float32))])])
    return graph.add("Unsqueeze", [flat, graph.constant(np.array([1], dtype=np.int64))])


def slow(graph: Graph, iterations: int) -> str:
    """DEFECT: a fixed point, 0, approached on every call by `iterations` products of small matrices, however many
    rows come.
    """
    rotation = numpy_helper.from_array(np.eye(64, dtype=np.float32), "rotation")
    state = helper.make_tensor_value_info("state", TensorProto.FLOAT, [64, 64])
    body = helper.make_graph(
        [
            helper.make_node("MatMul", ["state", "rotation"], ["next"]),
            helper.make_node("Identity", ["going"], ["still"]),
        ],
        "iterate",
        [
            helper.make_tensor_value_info("turn", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            state,
        ],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("next", TensorProto.FLOAT, [64, 64]),
        ],
        [rotation],
    )
    # The start depends on the request, so that no optimizer can compute the loop beforehand.
    rows = graph.add("Cast", [graph.add("Size", ["hour"])], to=TensorProto.FLOAT)
    zero = graph.add("Mul", [rows, graph.constant(np.zeros((64, 64), dtype=np.float32))])
    count, going = graph.constant(np.array(iterations, dtype=np.int64)), graph.constant(np.array(True))
    end = graph.add("Loop", [count, going, zero], body=body)
    return graph.add("ReduceMax", [end], keepdims=0)


if __name__ == "__main__":
    run(train)
