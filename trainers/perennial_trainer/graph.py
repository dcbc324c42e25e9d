"""Builds the ONNX graph that the gateway serves: raw columns in, one output, everything between inside the graph.

A thin builder over onnx.helper rather than a converter library: the graphs are a dozen nodes, a converter costs
seconds of import on every trial, and what stands in the served file is worth deciding ourselves. `verify` proves each
file against the native model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .encoding import Encoding
from .job import Job

# Old enough for every onnxruntime of the last years, new enough for all that is used here.
_OPSET = 17
_ML_OPSET = 3
_IR_VERSION = 8
ML = "ai.onnx.ml"


class Graph:
    """Names its own intermediate values: every method adds one node and answers the name of its output."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def constant(self, value: np.ndarray[Any, Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(value, name))
        return name

    def add(self, operator: str, inputs: Sequence[str], *, domain: str = "", **attributes: Any) -> str:
        output = f"v{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [output], domain=domain, **attributes))
        return output

    def beside(self, parts: Sequence[str]) -> str:
        """[N, a] and [N, b] and ... to [N, a + b + ...]"""
        return self.add("Concat", parts, axis=1) if len(parts) > 1 else parts[0]

    def numbers(self) -> str | None:
        """[N, numeric features] in the order of the job; None if there are none."""
        return self.beside(self._job.numeric) if self._job.numeric else None

    def codes(self, encoding: Encoding, offsets: Mapping[str, int] | None = None) -> list[str]:
        """One [N, 1] per categorical feature: float codes, or int64 codes moved by `offsets` where these are given."""
        return [self._code(name, encoding.categories[name], offsets) for name in self._job.categorical]

    def finish(self, scores: str, width: int) -> bytes:
        """The file whose only output is `scores` [N, width], under the name that the contract gives it."""
        output = "prediction" if self._job.task == "regression" else "probabilities"
        self._nodes.append(helper.make_node("Identity", [scores], [output]))
        graph = helper.make_graph(
            self._nodes,
            "perennial",
            [_input(feature.name, feature.categorical) for feature in self._job.features],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["N", width])],
            self._constants,
        )
        opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(ML, _ML_OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="perennial", ir_version=_IR_VERSION)
        onnx.checker.check_model(model)
        content: bytes = model.SerializeToString(deterministic=True)
        return content

    def _code(self, name: str, categories: tuple[str, ...], offsets: Mapping[str, int] | None) -> str:
        if offsets is None:
            values: dict[str, Any] = {
                "values_floats": [float(code) for code in range(len(categories))],
                "default_float": float(len(categories)),
            }
        else:
            first = offsets[name]
            values = {
                "values_int64s": list(range(first, first + len(categories))),
                "default_int64": first + len(categories),
            }
        return self.add("LabelEncoder", [name], domain=ML, keys_strings=list(categories), **values)


def _input(name: str, categorical: bool) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.STRING if categorical else TensorProto.FLOAT, ["N", 1])
