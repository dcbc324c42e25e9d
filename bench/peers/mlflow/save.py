"""save.py MODEL.onnx FOLDER: the file as an MLflow model of the pyfunc flavour, with one thread as everybody else.
(The onnx flavour passes every column as one dimension, where the model takes [N, 1].)
"""

from __future__ import annotations

import sys
from typing import Any

import mlflow.pyfunc
import numpy as np
import onnxruntime as ort


class Flights(mlflow.pyfunc.PythonModel):
    def load_context(self, context: Any) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(context.artifacts["model"], options, providers=["CPUExecutionProvider"])

    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[float]:
        feeds = {}
        for entry in self.session.get_inputs():
            column = model_input[entry.name]
            if entry.type == "tensor(string)":
                feeds[entry.name] = column.fillna("").to_numpy(dtype=object)[:, None]
            else:
                feeds[entry.name] = column.to_numpy(dtype=np.float32, na_value=np.nan)[:, None]
        scores: list[float] = self.session.run(["probabilities"], feeds)[0][:, 1].tolist()
        return scores


if __name__ == "__main__":
    mlflow.pyfunc.save_model(sys.argv[2], python_model=Flights(), artifacts={"model": sys.argv[1]})
