"""The two sabotaged trainers of the flights example do the damage that they were written for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnxruntime
import pyarrow.parquet as pq
import pytest
from conftest import EXAMPLES, Workplace, table

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
