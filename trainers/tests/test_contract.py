"""What every trainer owes the platform, tried on both built-in ones as processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import onnx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import FEATURES, Workplace

Make = Callable[..., Workplace]
TRAINERS = [("xgboost", {"rounds": 12}), ("logistic_regression", {"max_iter": 60})]


@pytest.mark.parametrize(("trainer", "parameters"), TRAINERS)
def test_a_job_ends_with_a_model_a_report_and_progress(
    workplace: Make, trainer: str, parameters: dict[str, Any]
) -> None:
    place = workplace()
    done = place.run(trainer, parameters=parameters)
    assert done.code == 0, done.stderr
    report = place.report()
    assert report["metrics"]["auc"] > 0.75
    assert set(report["metrics"]) == {"auc", "logLoss", "accuracy"}
    assert report["classes"] == [0, 1]
    assert report["parameters"].items() >= parameters.items()
    assert len(report["environment"]["trainer"]) == 64
    assert done.progress[-1]["metrics"] == report["metrics"]
    assert [line["step"] for line in done.progress] == sorted({line["step"] for line in done.progress})


@pytest.mark.parametrize(("trainer", "parameters"), TRAINERS)
def test_the_served_file_takes_raw_columns_by_name_and_has_one_output(
    workplace: Make, trainer: str, parameters: dict[str, Any]
) -> None:
    place = workplace()
    assert place.run(trainer, parameters=parameters).code == 0
    graph = onnx.load_from_string(place.model()).graph
    kinds = {"numeric": onnx.TensorProto.FLOAT, "categorical": onnx.TensorProto.STRING}
    wanted = [(feature["name"], kinds[feature["type"]]) for feature in FEATURES]
    assert [(value.name, value.type.tensor_type.elem_type) for value in graph.input] == wanted
    assert [value.name for value in graph.output] == ["probabilities"]


@pytest.mark.parametrize(("trainer", "parameters"), TRAINERS)
def test_the_same_job_gives_the_same_bytes(workplace: Make, trainer: str, parameters: dict[str, Any]) -> None:
    place = workplace()
    more = {**parameters, **({"subsample": 0.7, "colsample_bytree": 0.6} if trainer == "xgboost" else {})}
    assert place.run(trainer, parameters=more).code == 0
    first = place.model()
    assert place.run(trainer, parameters=more).code == 0
    assert place.model() == first


@pytest.mark.parametrize(("trainer", "parameters"), TRAINERS)
def test_cross_validation_reports_the_mean_of_folds_in_time_order(
    workplace: Make, trainer: str, parameters: dict[str, Any]
) -> None:
    place = workplace()
    done = place.run(trainer, parameters=parameters, crossValidation={"folds": 3, "by": "time"})
    assert done.code == 0, done.stderr
    report = place.report()
    assert len(report["folds"]) == 3
    assert report["metrics"]["auc"] == pytest.approx(sum(fold["auc"] for fold in report["folds"]) / 3)


def test_several_classes_keep_their_names(workplace: Make) -> None:
    for trainer, parameters in TRAINERS:
        place = workplace(trainer, "multiclass-classification")
        done = place.run(trainer, task="multiclass-classification", parameters=parameters)
        assert done.code == 0, done.stderr
        report = place.report()
        assert report["classes"] == ["early", "late", "on time"]
        assert report["metrics"]["accuracy"] > 0.5


@pytest.mark.parametrize("objective", ["reg:squarederror", "reg:absoluteerror"])
def test_a_regression_serves_a_prediction(workplace: Make, objective: str) -> None:
    place = workplace(task="regression")
    done = place.run("xgboost", task="regression", parameters={"rounds": 30, "objective": objective})
    assert done.code == 0, done.stderr
    assert set(place.report()["metrics"]) == {"rmse", "mae", "r2"}
    assert place.report()["metrics"]["r2"] > 0.3
    assert [value.name for value in onnx.load_from_string(place.model()).graph.output] == ["prediction"]


def test_early_stopping_keeps_the_best_round(workplace: Make) -> None:
    place = workplace(rows=900)
    done = place.run("xgboost", parameters={"rounds": 400, "eta": 0.5, "early_stopping_rounds": 5})
    assert done.code == 0, done.stderr
    best = max(done.progress, key=lambda line: line["metrics"]["auc"])
    assert place.report()["steps"] == best["step"] < done.progress[-1]["step"] < 400
    assert place.report()["metrics"] == best["metrics"]


BAD_JOBS: list[tuple[dict[str, Any], str]] = [
    ({"parameters": {"max_depht": 3}}, "did you mean 'max_depth'?"),
    ({"parameters": {"learning_rate": 0.1}}, "did you mean 'eta'?"),
    ({"parameters": {"eta": 7}}, "parameter 'eta' is 7, but must be above 0 and at most 1"),
    ({"parameters": {"max_depth": 3.5}}, "must be a whole number"),
    ({"contract": 2}, "speaks contract 1"),
    ({"label": "hour"}, "the label 'hour' is also a feature"),
    ({"label": "latte"}, "has no column 'latte': did you mean 'late'?"),
    ({"features": [{"name": "carrier", "type": "numeric"}]}, "'carrier' is a string in the Parquet file, not a number"),
    ({"seed": "x", "device": "gpu"}, "job.device must be one of cpu, cuda"),
    ({"task": "binary-classification", "label": "flight_id"}, "but the task is binary"),
    ({"crossValidation": {"folds": 5000, "by": "time"}}, "are too few for 5000 folds"),
    ({"data": {"train": "/nowhere.parquet", "validation": "/x", "holdout": "/x"}}, "cannot read /nowhere.parquet"),
]


@pytest.mark.parametrize(("changes", "message"), BAD_JOBS)
def test_a_bad_job_ends_with_64_and_one_clear_line(workplace: Make, changes: dict[str, Any], message: str) -> None:
    done = workplace(rows=300).run("xgboost", **changes)
    assert done.code == 64, done.stderr
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("bad job: ")
    assert message in last


def test_a_gpu_that_is_not_there_is_an_error_and_not_a_slow_success(workplace: Make) -> None:
    done = workplace(rows=300).run("xgboost", device="cuda", parameters={"rounds": 3})
    assert done.code == 69
    assert "no device: XGBoost trained on cpu" in done.stderr


def test_a_broken_job_file_is_a_bad_job(workplace: Make) -> None:
    place = workplace(rows=300)
    path = place.folder / "job.json"
    for content in ("{", "[]", json.dumps({"contract": 1})):
        path.write_text(content)
        process = place.start("xgboost", path)
        _, stderr = process.communicate(timeout=30)
        assert process.returncode == 64, stderr


def test_rows_without_a_label_are_left_out(workplace: Make) -> None:
    place = workplace(rows=600)
    whole = pq.read_table(place.folder / "train.parquet")
    labels = [None if index % 7 == 0 else value for index, value in enumerate(whole.column("late").to_pylist())]
    holes = whole.set_column(whole.schema.get_field_index("late"), "late", pa.array(labels, type=pa.int8()))
    pq.write_table(holes, place.folder / "train.parquet")
    done = place.run("xgboost", parameters={"rounds": 3})
    assert done.code == 0, done.stderr
    assert "86 of 600 rows of train.parquet have no label" in done.stderr
