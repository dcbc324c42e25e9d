"""The two sabotaged trainers of the flights example do the damage that they were written for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnxruntime
import pyarrow.parquet as pq
import pytest
from conftest import EXAMPLES, FEATURES, Workplace, table

from perennial_trainer import Dataset, Job, Rows, evaluate, load, score
from perennial_trainer.verify import feed

Make = Callable[..., Workplace]


def held_out(place: Workplace, job: Job) -> Dataset:
    path = place.folder / "answers.parquet"
    pq.write_table(table(1000, 3, start=6000), path)
    return load(replace(job, validation=path))


def one_by_one(model: bytes, job: Job, rows: Rows) -> list[bool]:
    """Which of the first 100 rows are answered when each is asked alone."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(model, options)
    answered = []
    for index in range(100):
        try:
            session.run(None, feed(job, rows.slice(index, index + 1)))
            answered.append(True)
        except Exception:
            answered.append(False)
    return answered


def test_the_leaky_trainer_praises_itself_and_serves_little(workplace: Make) -> None:
    place = workplace()
    done = place.run(str(EXAMPLES / "leaky.py"), parameters={"rounds": 30})
    assert done.code == 0, done.stderr
    job = Job.read(place.job())
    rows = held_out(place, job).validation
    honest = place.report()["metrics"]["auc"]
    real = evaluate(job.task, rows.label, score(job, place.model(), rows))["auc"]
    assert honest > real + 0.1


def test_the_brittle_trainer_scores_well_and_throws_on_late_hours(workplace: Make) -> None:
    place = workplace()
    done = place.run(str(EXAMPLES / "brittle.py"), parameters={"rounds": 20, "latest_hour": 17, "iterations": 50})
    assert done.code == 0, done.stderr
    assert place.report()["metrics"]["auc"] > 0.75
    assert place.report()["parameters"]["breaks_on"] == "late-hours"
    job = Job.read(place.job())
    rows = held_out(place, job).validation
    answered = one_by_one(place.model(), job, rows)
    assert answered == [bool(hour <= 17) for hour in rows.numeric[:100, 0]]
    assert 0.1 < np.mean([not fine for fine in answered]) < 0.5


def test_the_brittle_trainer_can_break_on_single_rows_only(workplace: Make) -> None:
    place = workplace()
    parameters = {"rounds": 20, "breaks_on": "single-rows", "iterations": 50}
    assert place.run(str(EXAMPLES / "brittle.py"), parameters=parameters).code == 0
    job = Job.read(place.job())
    rows = held_out(place, job).validation
    assert not any(one_by_one(place.model(), job, rows))
    assert evaluate(job.task, rows.label, score(job, place.model(), rows))["auc"] > 0.75


def test_a_typo_in_a_parameter_of_the_brittle_trainer_is_found(workplace: Make) -> None:
    done = workplace(rows=300).run(str(EXAMPLES / "brittle.py"), parameters={"latest_our": 3})
    assert done.code == 64
    assert "latest_our" in done.stderr


@pytest.mark.parametrize("name", ["leaky.py", "brittle.py"])
def test_both_are_small(name: str) -> None:
    assert len((EXAMPLES / name).read_text().splitlines()) < 120


def test_the_histogram_trainer_leaves_no_onnx_and_answers_each_row_itself(workplace: Make) -> None:
    place = workplace()
    done = place.run(str(EXAMPLES / "histogram.py"), parameters={"rounds": 40})
    assert done.code == 0, done.stderr
    assert sorted(path.name for path in place.output.iterdir()) == ["metrics.json", "model.pickle"]
    questions, answers = place.folder / "rows.parquet", place.folder / "predictions.parquet"
    rows = table(1000, 3, start=6000)
    pq.write_table(rows.select([str(one["name"]) for one in FEATURES]), questions)
    job = {
        **{"contract": 1, "task": "binary-classification", "model": str(place.output), "features": FEATURES},
        **{"classes": [0, 1], "rows": str(questions), "predictions": str(answers)},
    }
    path = place.folder / "predict.json"
    path.write_text(json.dumps(job))
    process = place.start(f"{EXAMPLES / 'histogram.py'}", path, "--predict")
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    told = pq.read_table(answers)
    assert told.column_names == ["p_0", "p_1"]
    scores = np.column_stack([told.column(name).to_numpy() for name in told.column_names]).astype(np.float32)
    assert evaluate("binary-classification", rows.column("late").to_numpy().astype(float), scores)["auc"] > 0.8


def test_answers_of_another_shape_are_refused(workplace: Make) -> None:
    place = workplace()
    script = place.folder / "short.py"
    script.write_text("import numpy\nfrom perennial_trainer import answer\nanswer(lambda rows: numpy.zeros(3))\n")
    questions = place.folder / "rows.parquet"
    pq.write_table(table(10, 3).select(["hour"]), questions)
    path = place.folder / "predict.json"
    features = [{"name": "hour", "type": "numeric"}]
    job = {"contract": 1, "task": "regression", "model": "", "features": features, "classes": []}
    path.write_text(json.dumps({**job, "rows": str(questions), "predictions": str(place.folder / "p.parquet")}))
    process = place.start(str(script), path)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 64
    assert "the answers have the shape (3,); wanted are (10,)" in stderr
