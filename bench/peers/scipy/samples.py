"""What SciPy says of random pairs of samples: samples.py <folder> <pairs> <largest size> <seed>

Writes values.f64 (all samples, one after the other) and pairs.json: sizes, and statistics of each pair as `perennial compare` defines them.
NaN is missing; infinite values count in Kolmogorov-Smirnov and in the outer deciles' bins only.
"""

import json
import pathlib
import sys
import warnings

import numpy as np
from scipy import stats

warnings.filterwarnings("ignore")
levels = np.arange(1, 10) / 10


def shapes(rng):
    yield "normal", lambda n, shift: rng.normal(shift, 1, n)
    yield "ties", lambda n, shift: rng.integers(0, 12, n) + np.round(shift * 3)
    yield "many ties", lambda n, shift: np.round(rng.normal(shift, 200, n))
    yield "cauchy", lambda n, shift: rng.standard_cauchy(n) + shift
    yield "pareto", lambda n, shift: (rng.pareto(0.8, n) + 1) * (1 + shift)
    yield "lognormal", lambda n, shift: rng.lognormal(shift, 3, n)
    yield "constant", lambda n, shift: np.full(n, np.round(shift * 2))
    yield "far from zero", lambda n, shift: 1.6e9 + rng.normal(shift, 1, n)
    yield "half zeros", lambda n, shift: np.where(rng.random(n) < 0.5, 0.0, rng.normal(shift, 1, n))
    yield "missing", lambda n, shift: np.where(rng.random(n) < 0.3, np.nan, rng.normal(shift, 1, n))
    yield "infinite", lambda n, shift: np.where(rng.random(n) < 0.02, np.inf * rng.choice([-1, 1], n), rng.normal(shift, 1, n))
    yield "tiny and huge", lambda n, shift: rng.normal(shift, 1, n) * 10.0 ** rng.integers(-12, 12, n)
    yield "two lumps", lambda n, shift: np.where(rng.random(n) < 0.5, rng.normal(-1e6, 1, n), rng.normal(1e6 + shift, 1, n))


def bins(before, after):
    p, q = (np.asarray(v, dtype=np.longdouble) / v.sum() for v in (before, after))
    middle = (p + q) / 2
    part = lambda v: np.where(v > 0, v * np.log(np.where(v > 0, v, 1) / np.where(middle > 0, middle, 1)), 0).sum()
    floor_p, floor_q = np.maximum(p, np.longdouble("1e-4")), np.maximum(q, np.longdouble("1e-4"))
    return {
        "psi": float(((floor_q - floor_p) * np.log(floor_q / floor_p)).sum()),
        "js": float(np.sqrt(max(0, part(p) + part(q)) / (2 * np.log(np.longdouble(2))))),
        "hellinger": float(np.sqrt(((np.sqrt(p) - np.sqrt(q)) ** 2).sum() / 2)),
    }


def numbers(a, b):
    a, b = a[~np.isnan(a)], b[~np.isnan(b)]
    if len(a) == 0 or len(b) == 0:
        return None
    exact = len(a) * len(b) <= 1_000_000
    ks = stats.ks_2samp(a, b, method="exact" if exact else "asymp")
    x, y = a[np.isfinite(a)], b[np.isfinite(b)]
    found = {"ks": float(ks.statistic), "p": float(ks.pvalue)}
    if len(x) == 0 or len(y) == 0:
        return found
    edges = np.unique(np.quantile(x, levels))
    counts = lambda v: np.bincount(np.searchsorted(edges, v, "left"), minlength=len(edges) + 1)
    return {
        **found,
        "w1": float(stats.wasserstein_distance(x, y)),
        "sd": float(np.std(x.astype(np.longdouble), ddof=1)) if len(x) > 1 else 0.0,
        **bins(counts(a), counts(b)),
    }


def pooled(a, b):
    """Categories of which fewer than five are expected on the smaller side, rarest first, as one."""
    cells = sorted(((int(x), int(y)) for x, y in zip(a, b) if x + y > 0), key=lambda cell: cell[0] + cell[1])
    smaller = min(sum(a), sum(b)) / (sum(a) + sum(b))
    enough = lambda cell: (cell[0] + cell[1]) * smaller >= 5
    pool = (0, 0)
    while cells and (not enough(cells[0]) or (sum(pool) > 0 and not enough(pool))):
        first = cells.pop(0)
        pool = (pool[0] + first[0], pool[1] + first[1])
    return np.array(([pool] if sum(pool) > 0 else []) + cells, dtype=float).T


def categories(rng, n, m):
    levels = int(rng.integers(1, 60))
    weights = 1 / np.arange(1, levels + 1) ** rng.uniform(0, 2)
    other = weights * rng.uniform(0.5, 1.5, levels) if rng.random() < 0.7 else weights
    a, b = rng.multinomial(n, weights / weights.sum()), rng.multinomial(m, other / other.sum())
    table = pooled(a, b)
    found = {"a": a.tolist(), "b": b.tolist(), "tvd": float(np.abs(a / n - b / m).sum() / 2), **bins(a, b)}
    if table.shape[1] < 2:
        return {**found, "chi2": 0.0, "p": 1.0, "g": 0.0}
    test = stats.chi2_contingency(table, correction=False)
    g = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    return {**found, "chi2": float(test.statistic), "p": float(test.pvalue), "g": float(g.statistic)}


folder, pairs, largest, seed = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
rng = np.random.default_rng(seed)
kinds = list(shapes(rng))
answers = []
with open(folder / "values.f64", "wb") as values:
    for pair in range(pairs):
        name, draw = kinds[pair % len(kinds)]
        n, m = (int(np.exp(rng.uniform(0, np.log(largest + 1)))) for _ in range(2))
        shift = float(rng.choice([0, 0, 0.02, 0.1, 1]))
        a, b = np.asarray(draw(n, 0), dtype="f8"), np.asarray(draw(m, shift), dtype="f8")
        values.write(a.tobytes() + b.tobytes())
        answers.append({"kind": name, "n": n, "m": m, "numbers": numbers(a, b), "categories": categories(rng, n, m)})
(folder / "pairs.json").write_text(json.dumps(answers))
