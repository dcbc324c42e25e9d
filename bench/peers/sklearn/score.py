"""Reads a file of cases as JSON lines, prints what scikit-learn says of each as JSON lines: one value per metric, null where it has none."""

import json
import sys
import warnings

import numpy as np
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
EPSILON = 2.0**-23


def known(value):
    """scikit-learn refuses or answers NaN where a metric is not defined: both are null."""
    try:
        found = float(value())
    except ValueError:
        return None
    return found if np.isfinite(found) else None


def averaged(y, predicted, weight):
    names = {"Precision": sk.precision_score, "Recall": sk.recall_score, "F1": sk.f1_score}
    return {
        f"{average}{name}": known(lambda f=f, average=average: f(y, predicted, average=average, sample_weight=weight, zero_division=0))
        for average in ("macro", "weighted")
        for name, f in names.items()
    }


def gaps(confidence, right, weight):
    """ECE over ten equal bins that are closed above, from scikit-learn's own definition of the curve's bins."""
    bins = np.searchsorted(np.linspace(0, 1, 11)[1:-1], confidence)
    return sum(abs((weight * (confidence - right))[bins == b].sum()) for b in range(10)) / weight.sum()


def binary(y, p, weight, yes_from=None):
    p = p[:, -1]
    # As scikit-learn's FixedThresholdClassifier decides; without a threshold as its argmax does.
    predicted = (p > 0.5 if yes_from is None else p >= yes_from).astype(int)
    both = len(set(y)) == 2
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    one = {"sample_weight": weight, "zero_division": np.nan}
    return {
        "auc": known(lambda: sk.roc_auc_score(y, p, sample_weight=weight)) if both else None,
        "prAuc": known(lambda: sk.average_precision_score(y, p, sample_weight=weight)) if y.any() else None,
        "accuracy": known(lambda: sk.accuracy_score(y, predicted, sample_weight=weight)),
        "precision": known(lambda: sk.precision_score(y, predicted, **one)),
        "recall": known(lambda: sk.recall_score(y, predicted, **one)),
        "f1": known(lambda: sk.f1_score(y, predicted, **one)),
        "logLoss": known(lambda: sk.log_loss(y, clipped, labels=[0, 1], sample_weight=weight)),
        "brier": known(lambda: sk.brier_score_loss(y, p, sample_weight=weight, labels=[0, 1])),
        "ece": known(lambda: gaps(p, y, weight)),
        "classBalance": known(lambda: np.average(predicted, weights=weight)),
        **averaged(y, predicted, weight),
    }


def multiclass(y, p, weight):
    classes = range(p.shape[1])
    predicted = p.argmax(axis=1)
    all_occur = len(set(y)) == p.shape[1]
    clipped = np.clip(p, EPSILON, 1 - EPSILON)
    one_hot = np.eye(p.shape[1])[y]
    return {
        "accuracy": known(lambda: sk.accuracy_score(y, predicted, sample_weight=weight)),
        **averaged(y, predicted, weight),
        # By its definition: scikit-learn would also rescale rows whose clipped values do not add up to one.
        "logLoss": known(lambda: np.average(-np.log(clipped[np.arange(len(y)), y]), weights=weight)),
        "brier": known(lambda: sk.brier_score_loss(y, p, sample_weight=weight, labels=list(classes), scale_by_half=False)),
        "ece": known(lambda: gaps(p.max(axis=1), (predicted == y).astype(float), weight)),
        "auc": known(lambda: np.mean([sk.roc_auc_score(one_hot[:, c], p[:, c], sample_weight=weight) for c in classes])) if all_occur else None,
        "prAuc": known(lambda: np.mean([sk.average_precision_score(one_hot[:, c], p[:, c], sample_weight=weight) for c in classes])) if all_occur else None,
    }


def regression(y, p, weight):
    p = p[:, 0]
    return {
        "mae": known(lambda: sk.mean_absolute_error(y, p, sample_weight=weight)),
        "rmse": known(lambda: sk.root_mean_squared_error(y, p, sample_weight=weight)),
        "r2": known(lambda: sk.r2_score(y, p, sample_weight=weight, force_finite=False)) if len(set(y)) > 1 else None,
        # A label of zero has no relative error; scikit-learn divides by a tiny number instead.
        "mape": None if (y == 0).any() else known(lambda: sk.mean_absolute_percentage_error(y, p, sample_weight=weight)),
        **{f"pinball{level}": known(lambda a=level / 100: sk.mean_pinball_loss(y, p, alpha=a, sample_weight=weight)) for level in (10, 50, 90)},
    }


TASKS = {"binary-classification": binary, "multiclass-classification": multiclass, "regression": regression}


def score(case):
    """Every metric of a case; None where scikit-learn would refuse its scores."""
    scores = np.array([np.nan if v is None else v for v in case["scores"]], dtype=float).reshape(-1, case["width"])
    y = np.array(case["labels"], dtype=float)
    weight = np.array(case["weights"] if case["weights"] else np.ones(len(y)), dtype=float)
    if case["task"] != "regression":
        y = y.astype(int)
    threshold = {"yes_from": case["yesFrom"]} if "yesFrom" in case else {}
    return TASKS[case["task"]](y, scores, weight, **threshold) if np.isfinite(scores).all() else None


if __name__ == "__main__":
    with open(sys.argv[1]) as cases:
        for line in cases:
            print(json.dumps(score(json.loads(line))))
