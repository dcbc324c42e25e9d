"""The served file against independent converters, and the proof that refuses a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxmltools
import pytest
import xgboost as xgb
from conftest import Workplace
from onnxmltools.convert.common.data_types import FloatTensorType

from perennial_trainer import Dataset, Job, load, score, verify
from perennial_trainer.verify import NotEqual, difficult_sample
from perennial_trainer.xgboost import boost, served_graph

Make = Callable[..., Workplace]


def read(place: Workplace) -> tuple[Job, Dataset]:
    job = Job.read(place.job(parameters={"rounds": 25, "max_categories": 20}))
    return job, load(job)


def test_it_equals_the_native_model_on_missing_rare_and_unseen_values(workplace: Make) -> None:
    job, data = read(workplace())
    boosted = boost(job, data)
    model = served_graph(job, boosted, 2)
    assert len(boosted.encoding.categories["dest"]) == 20
    sample = difficult_sample(data.validation)
    assert np.isnan(sample.numeric).any()
    assert "" in sample.categorical["dest"].to_pylist()
    difference = np.abs(score(job, model, sample) - boosted.learner.scores(sample)).max()
    assert difference < 1e-6


def test_the_trees_equal_those_of_onnxmltools_on_numeric_features(workplace: Make) -> None:
    place = workplace()
    numeric = [{"name": name, "type": "numeric"} for name in ("hour", "temp", "wind")]
    job = Job.read(place.job(parameters={"rounds": 25}, features=numeric))
    data = load(job)
    boosted = boost(job, data)
    booster = xgb.Booster()
    booster.load_model(bytearray(boosted.learner.model("ubj")))
    booster.feature_names, booster.feature_types = ["f0", "f1", "f2"], None
    classifier = xgb.XGBClassifier()
    classifier.load_model(bytearray(booster.save_raw("ubj")))
    classifier.n_classes_ = 2
    theirs = onnxmltools.convert_xgboost(classifier, initial_types=[("x", FloatTensorType([None, 3]))], target_opset=15)
    import onnxruntime

    session = onnxruntime.InferenceSession(theirs.SerializeToString())
    expected = session.run(["probabilities"], {"x": data.validation.numeric})[0]
    served = score(job, served_graph(job, boosted, 2), data.validation)
    assert np.abs(served - expected).max() < 1e-6


def test_an_unseen_category_answers_no_to_every_question(workplace: Make) -> None:
    job, data = read(workplace())
    boosted = boost(job, data)
    model = onnx.load_from_string(served_graph(job, boosted, 2))
    ensemble = next(node for node in model.graph.node if node.op_type == "TreeEnsembleRegressor")
    attributes = {entry.name: onnx.helper.get_attribute_value(entry) for entry in ensemble.attribute}
    asked = {
        int(value)
        for mode, feature, value in zip(
            attributes["nodes_modes"], attributes["nodes_featureids"], attributes["nodes_values"], strict=True
        )
        if mode == b"BRANCH_EQ" and feature == 3
    }
    # Carriers: 4 and the missing one; code 5, which only unseen ones have, is never asked for.
    assert asked
    assert max(asked) < len(boosted.encoding.categories["carrier"]) == 5


def test_a_file_that_differs_is_refused(workplace: Make) -> None:
    job, data = read(workplace())
    boosted = boost(job, data)
    model = onnx.load_from_string(served_graph(job, boosted, 2))
    for node in model.graph.node:
        for attribute in node.attribute:
            if attribute.name == "nodes_missing_value_tracks_true":
                attribute.ints[:] = [1 - value for value in attribute.ints]
    with pytest.raises(NotEqual, match="differs from the native model by"):
        verify(job, model.SerializeToString(), data.validation, boosted.learner.scores)


def test_categories_sort_by_name_and_the_rare_share_one_code(workplace: Make, tmp_path: Path) -> None:
    assert tmp_path.is_dir()
    job, data = read(workplace())
    encoding = boost(job, data).encoding
    kept = encoding.categories["dest"]
    assert list(kept) == sorted(kept)
    codes = encoding.codes(data.train)[:, 1]
    rare = [name not in kept for name in data.train.categorical["dest"].to_pylist()]
    assert any(rare)
    assert set(codes[rare].tolist()) == {20}
