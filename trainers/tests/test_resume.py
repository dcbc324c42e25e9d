"""A run that was cut off and taken up again must end in the same bytes as one that was not."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Workplace

Make = Callable[..., Workplace]
SAMPLING = {"rounds": 60, "subsample": 0.7, "colsample_bytree": 0.6, "colsample_bynode": 0.8}
CASES: list[tuple[str, dict[str, Any], Any]] = [
    ("xgboost", {"rounds": 60}, None),
    ("xgboost", SAMPLING, {"folds": 2, "by": "time"}),
    ("xgboost", {**SAMPLING, "rounds": 300, "early_stopping_rounds": 25}, None),
    ("logistic_regression", {"max_iter": 2000, "tol": 1e-14}, None),
]


@pytest.mark.parametrize(("trainer", "parameters", "folds"), CASES)
def test_sigterm_saves_and_the_next_run_ends_in_the_same_bytes(
    workplace: Make, trainer: str, parameters: dict[str, Any], folds: Any
) -> None:
    whole, cut = workplace("whole"), workplace("cut")
    common = {"parameters": parameters, "crossValidation": folds}
    every = {"folder": str(whole.checkpoints), "every": 7}
    assert whole.run(trainer, **common, checkpoints=every).code == 0
    job = cut.job(**common, checkpoints={**every, "folder": str(cut.checkpoints)})

    process = cut.start(trainer, job)
    interrupt_after(process, lines=2)
    assert process.wait(30) == 75
    assert not (cut.output / "metrics.json").exists()

    process = cut.start(trainer, job)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert "resumed from the checkpoint of step" in stderr
    for name in ("model.onnx", "model.ubj" if trainer == "xgboost" else "model.json"):
        assert (cut.output / name).read_bytes() == (whole.output / name).read_bytes()
    assert cut.report() == whole.report()


def interrupt_after(process: subprocess.Popen[str], lines: int) -> None:
    assert process.stdout is not None
    for _ in range(lines):
        process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    process.stdout.read()


def test_a_later_rung_goes_on_where_the_earlier_one_ended(workplace: Make) -> None:
    rungs, whole = workplace("rungs"), workplace("whole")
    saved = {"folder": str(rungs.checkpoints), "every": 50}
    assert rungs.run("xgboost", parameters={**SAMPLING, "rounds": 10}, checkpoints=saved).code == 0
    later = rungs.run("xgboost", parameters={**SAMPLING, "rounds": 30}, checkpoints=saved)
    assert "resumed from the checkpoint of step 10" in later.stderr
    assert whole.run("xgboost", parameters={**SAMPLING, "rounds": 30}).code == 0
    assert rungs.model() == whole.model()


def newest(folder: Path, suffix: str) -> Path:
    return sorted(folder.glob(f"*.{suffix}"))[-1]


def truncate_object(folder: Path) -> None:
    path = newest(folder, "zip")
    path.write_bytes(path.read_bytes()[:-100])


def lose_object(folder: Path) -> None:
    newest(folder, "zip").unlink()


def break_manifest(folder: Path) -> None:
    newest(folder, "json").write_text('{"step": 4')


@pytest.mark.parametrize("damage", [truncate_object, lose_object, break_manifest])
def test_a_damaged_checkpoint_falls_back_to_the_one_before(workplace: Make, damage: Callable[[Path], None]) -> None:
    place = workplace(rows=600)
    changes = {"parameters": {"rounds": 20}, "checkpoints": {"folder": str(place.checkpoints), "every": 5}}
    assert place.run("xgboost", **changes).code == 0
    assert sorted(path.name for path in place.checkpoints.glob("*.json")) == [
        "step-00000015.json",
        "step-00000020.json",
    ]
    first = place.model()
    damage(place.checkpoints)
    again = place.run("xgboost", **changes)
    assert "resumed from the checkpoint of step 15" in again.stderr
    assert place.model() == first


def test_a_checkpoint_of_other_parameters_is_not_taken_up(workplace: Make) -> None:
    place = workplace(rows=600)
    checkpoints = {"folder": str(place.checkpoints), "every": 5}
    assert place.run("xgboost", parameters={"rounds": 10}, checkpoints=checkpoints).code == 0
    other = place.run("xgboost", parameters={"rounds": 10, "eta": 0.3}, checkpoints=checkpoints)
    assert other.code == 0
    assert "belongs to other data or parameters" in other.stderr
    assert "resumed" not in other.stderr


def test_a_manifest_names_its_object_and_hash(workplace: Make) -> None:
    place = workplace(rows=300)
    place.run("xgboost", parameters={"rounds": 5}, checkpoints={"folder": str(place.checkpoints), "every": 5})
    manifest = json.loads((place.checkpoints / "step-00000005.json").read_text())
    assert manifest["object"] == "step-00000005.zip"
    assert manifest["bytes"] == (place.checkpoints / "step-00000005.zip").stat().st_size
