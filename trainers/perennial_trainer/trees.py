"""A trained XGBoost booster as the attributes of one ONNX TreeEnsembleRegressor.

XGBoost's JSON model (https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html): a numeric node sends `x <
condition` to the left, a categorical node sends the categories in its set to the right and everything else, unseen
codes included, to the left.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Trees:
    """`attributes` of the node, `base` the constant margin of each target, `objective` XGBoost's name for the link."""

    attributes: dict[str, Any]
    base: tuple[float, ...]
    objective: str


def read_trees(model_json: bytes) -> Trees:
    """`model_json` is `booster.save_raw('json')` of a gbtree whose categorical splits are all one category against
    the rest.
    """
    learner = json.loads(model_json)["learner"]
    model = learner["gradient_booster"]["model"]
    targets = max(int(learner["learner_model_param"]["num_class"]), 1)
    objective = learner["objective"]["name"]
    base = _base_margins(learner["learner_model_param"]["base_score"], objective, targets)
    columns = _Columns()
    for index, (tree, target) in enumerate(zip(model["trees"], model["tree_info"], strict=True)):
        columns.add(index, tree, target)
    attributes = {**columns.attributes(), "n_targets": targets, "post_transform": "NONE", "base_values": list(base)}
    return Trees(attributes, base, objective)


class _Columns:
    """The parallel arrays that ONNX wants, over all nodes of all trees."""

    def __init__(self) -> None:
        self._nodes: dict[str, list[Any]] = {
            name: []
            for name in (
                "nodes_treeids",
                "nodes_nodeids",
                "nodes_featureids",
                "nodes_modes",
                "nodes_values",
                "nodes_truenodeids",
                "nodes_falsenodeids",
                "nodes_missing_value_tracks_true",
            )
        }
        self._leaves: dict[str, list[Any]] = {
            name: [] for name in ("target_treeids", "target_nodeids", "target_ids", "target_weights")
        }

    def add(self, tree_id: int, tree: dict[str, Any], target: int) -> None:
        category = dict(_single_categories(tree))
        condition = np.asarray(tree["split_conditions"], dtype=np.float32).tolist()
        for node, left in enumerate(tree["left_children"]):
            right, feature = tree["right_children"][node], tree["split_indices"][node]
            if left == -1:
                self._node(tree_id, node, 0, "LEAF", 0.0, 0, 0, 0)
                self._leaf(tree_id, node, target, condition[node])
            elif node in category:
                self._node(tree_id, node, feature, "BRANCH_EQ", float(category[node]), right, left, 0)
            else:
                missing_left = int(tree["default_left"][node])
                self._node(tree_id, node, feature, "BRANCH_LT", condition[node], left, right, missing_left)

    def attributes(self) -> dict[str, Any]:
        return {**self._nodes, **self._leaves}

    def _node(self, *values: Any) -> None:
        for column, value in zip(self._nodes.values(), values, strict=True):
            column.append(value)

    def _leaf(self, *values: Any) -> None:
        for column, value in zip(self._leaves.values(), values, strict=True):
            column.append(value)


def _single_categories(tree: dict[str, Any]) -> Iterator[tuple[int, int]]:
    starts, sizes = tree["categories_segments"], tree["categories_sizes"]
    for node, start, size in zip(tree["categories_nodes"], starts, sizes, strict=True):
        if size != 1:
            raise ValueError(
                f"node {node} splits off {size} categories at once; only one against the rest can be exported"
            )
        yield node, tree["categories"][start]


def _base_margins(base_score: str, objective: str, targets: int) -> tuple[float, ...]:
    scores = json.loads(base_score)
    values = [float(score) for score in (scores if isinstance(scores, list) else [scores])]
    margins = [_logit(value) if objective == "binary:logistic" else value for value in values]
    return tuple(margins * targets if len(margins) == 1 else margins)


def _logit(probability: float) -> float:
    return math.log(probability / (1.0 - probability))
