"""E-values of the streams on standard input, by NumPy event by event and by SciPy as an integral; one JSON list of numbers.

A stream has kind, bets (ratios and weights), allowed, and events.
"""

import json
import sys

import numpy as np
from scipy import integrate, stats


def counts(stream):
    ratios, weights, allowed = np.array(stream["bets"]["ratios"]), np.array(stream["bets"]["weights"]), stream["allowed"]
    total = 0.0
    for grid, null in ((ratios, allowed), (1 / ratios, 1 / allowed)):
        wealth = np.zeros(len(grid))
        for share, canary in stream["events"]:
            bet = share * null * grid / (1 - share + share * null * grid)
            usual = share * null / (1 - share + share * null)
            wealth += np.log(bet / usual) if canary else np.log((1 - bet) / (1 - usual))
        total += float(weights @ np.exp(wealth))
    return total


def pairs(stream):
    ratios, weights, allowed = np.array(stream["bets"]["ratios"]), np.array(stream["bets"]["weights"]), stream["allowed"]
    stake = (ratios - 1) / (1 + allowed * ratios)
    wealth = np.zeros(len(ratios))
    for (outcome,) in stream["events"]:
        wealth += np.log1p(stake * (1, -allowed, 1 - allowed)[outcome])
    return float(weights @ np.exp(wealth))


def shift(stream):
    (difference, variance), margin = stream["events"][0], stream["allowed"]
    tau, beyond = max(0.05, margin), difference - margin
    # The likelihood ratio of a shift against none, averaged over a half-normal shift; the largest power is taken out of the integral.
    peak = max(0.0, beyond / variance / (1 / variance + 1 / tau**2))
    top = (peak * beyond - peak**2 / 2) / variance + stats.halfnorm.logpdf(peak, scale=tau)
    width = 1 / np.sqrt(1 / variance + 1 / tau**2)
    low, high = max(0.0, peak - 12 * width), peak + 12 * width
    value, _ = integrate.quad(
        lambda x: np.exp((x * beyond - x**2 / 2) / variance + stats.halfnorm.logpdf(x, scale=tau) - top), low, high, epsabs=0, epsrel=1e-12, limit=400
    )
    return float(value * np.exp(top))


by_kind = {"counts": counts, "pairs": pairs, "shift": shift}
print(json.dumps([by_kind[stream["kind"]](stream) for stream in json.load(sys.stdin)]))
