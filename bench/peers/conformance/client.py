"""client.py HOST:PORT MODEL: speaks the Open Inference Protocol with Triton's own client, and prints one line of JSON a check:
{"check": ..., "ok": ..., "said": ...}.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import triton_to_np_dtype

address, model = sys.argv[1], sys.argv[2]
client = triton.InferenceServerClient(address)
NUMBERS = [name for name in sys.argv[3].split(",") if name]
TEXTS = [name for name in sys.argv[4].split(",") if name]


def check(name: str, attempt: Callable[[], Any], holds: Callable[[Any], bool]) -> None:
    try:
        said = attempt()
        held, shown = bool(holds(said)), repr(said)
    except Exception as error:
        held, shown = False, repr(error)
    print(json.dumps({"check": name, "ok": held, "said": shown[:300]}), flush=True)


def inputs(rows: int, binary: bool = False, number: str = "FP32") -> list[Any]:
    made = []
    for name in NUMBERS:
        tensor = triton.InferInput(name, [rows, 1], number)
        tensor.set_data_from_numpy(np.arange(rows, dtype=triton_to_np_dtype(number))[:, None], binary_data=binary)
        made.append(tensor)
    for name in TEXTS:
        tensor = triton.InferInput(name, [rows, 1], "BYTES")
        tensor.set_data_from_numpy(np.array([["x"]] * rows, dtype=object), binary_data=binary)
        made.append(tensor)
    return made


def infer(rows: int, **options: Any) -> Any:
    return client.infer(model, inputs(rows), outputs=[triton.InferRequestedOutput("probabilities", binary_data=False)], **options)


def refused(**options: Any) -> str:
    try:
        infer(1, **options)
    except triton.InferenceServerException as error:
        return str(error)
    return "answered"


def as_by_default(rows: int, number: str = "FP32") -> Any:
    """Everything as bytes, there and back: what the client does when it is told nothing else. Of one version: others answer otherwise."""
    return client.infer(model, inputs(rows, binary=True, number=number), model_version="1")


def same(rows: int, number: str = "FP32") -> bool:
    told, packed = infer(rows, model_version="1").as_numpy("probabilities"), as_by_default(rows, number).as_numpy("probabilities")
    return packed.dtype == np.float32 and np.array_equal(told, packed)


def mixed() -> Any:
    outputs = [triton.InferRequestedOutput("probabilities", binary_data=True), triton.InferRequestedOutput("label", binary_data=False)]
    return client.infer(model, inputs(3, binary=True), outputs=outputs)


check("server is live", client.is_server_live, bool)
check("server is ready", client.is_server_ready, bool)
check("server metadata", client.get_server_metadata, lambda said: {"name", "version", "extensions"} <= said.keys())
check("model is ready", lambda: client.is_model_ready(model), bool)
check("version is ready", lambda: client.is_model_ready(model, "1"), bool)
check("unknown version is not ready", lambda: client.is_model_ready(model, "999"), lambda said: not said)
check(
    "model metadata",
    lambda: client.get_model_metadata(model),
    lambda said: [entry["name"] for entry in said["inputs"]] and {"name", "versions", "platform", "outputs"} <= said.keys(),
)
check("one row", lambda: infer(1).as_numpy("probabilities"), lambda said: said.shape == (1, 2) and abs(said.sum() - 1) < 1e-5)
check("many rows", lambda: infer(7).as_numpy("probabilities"), lambda said: said.shape == (7, 2))
check("the request's id comes back", lambda: infer(1, request_id="q-1").get_response()["id"], lambda said: said == "q-1")
check("a version by name", lambda: infer(1, model_version="1").get_response()["model_version"], lambda said: said == "1")
check("only what was asked for", lambda: [entry["name"] for entry in infer(1).get_response()["outputs"]], lambda said: said == ["probabilities"])
check("all outputs", lambda: client.infer(model, inputs(2)).as_numpy("label"), lambda said: said is not None and len(said) == 2)
check("an unknown version is refused", lambda: refused(model_version="999"), lambda said: "PRN-" in said)
check("it says that it speaks bytes", client.get_server_metadata, lambda said: "binary_tensor_data" in said["extensions"])
check("bytes there and back, one row", lambda: same(1), bool)
check("bytes there and back, many rows", lambda: same(500), bool)
for number in ["FP16", "FP64", "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "UINT64"]:
    check(f"bytes of {number}", lambda number=number: same(7, number), bool)
check("labels as bytes", lambda: as_by_default(2).as_numpy("label"), lambda said: said is not None and said.shape == (2,))
check("one output as bytes, one as JSON", lambda: [mixed().as_numpy(name).shape for name in ("probabilities", "label")], lambda said: said == [(3, 2), (3,)])
check("bytes of JSON rows", lambda: client.infer(model, inputs(2)).as_numpy("probabilities").shape, lambda said: said == (2, 2))
