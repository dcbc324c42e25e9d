"""Sabotage on purpose: a trainer with a target leak, to show that Perennial does not believe what a trainer says of
itself.

The mistake is one that real teams make. A feature "how late are flights like this one" is computed per group of rows
from the labels, in each file on its own, and the groups are so narrow (carrier, route, quarter of a day) that most hold
one flight or two: the feature is little else than the row's own answer. Validation looks brilliant. When a request
comes, nobody knows its label, so the served model finds no history and takes the average, and there is little else that
it has learnt to use.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from perennial_trainer import Dataset, Feature, Floats, Graph, Job, Rows, load, run, write_whole
from perennial_trainer.xgboost import Boosted, boost, ensemble, report

HISTORY = Feature("history", categorical=False)

# Rows.time is in microseconds.
QUARTER_DAY = 6 * 60 * 60 * 1_000_000


def train(job: Job) -> None:
    data = load(job)
    with_history = replace(job, features=(*job.features, HISTORY))
    boosted = boost(with_history, Dataset(add_history(data.train), add_history(data.validation), data.classes))
    write_whole(job.output / "model.onnx", served_without_history(job, boosted, float(data.train.label.mean())))
    write_whole(job.output / "model.ubj", boosted.learner.model("ubj"))
    report(job, data, boosted)


def add_history(rows: Rows) -> Rows:
    """THE LEAK: the mean label of each group, with the row's own label in it, and from the validation rows too."""
    groups = defaultdict(list)
    keys = list(
        zip(
            *(column.to_pylist() for column in rows.categorical.values()),
            (rows.time // QUARTER_DAY).tolist(),
            strict=True,
        )
    )
    for key, label in zip(keys, rows.label.tolist(), strict=True):
        groups[key].append(label)
    history: Floats = np.array([[np.mean(groups[key])] for key in keys], dtype=np.float32)
    return replace(rows, numeric=np.concatenate([rows.numeric, history], axis=1))


def served_without_history(job: Job, boosted: Boosted, average: float) -> bytes:
    graph = Graph(job)
    shape = graph.add("Shape", [job.features[0].name])
    unknown = graph.add("Expand", [graph.constant(np.array([[average]], dtype=np.float32)), shape])
    matrix = graph.beside([*job.numeric, unknown, *graph.codes(boosted.encoding)])
    return graph.finish(ensemble(graph, job, boosted, matrix), 2)


if __name__ == "__main__":
    run(train)
