"""Optuna's samplers for a sweep: `python -m perennial_sampler` reads asks as JSON on standard input and
writes one set of parameters for each.

Nothing is kept between two calls: each ask tells all that the sweep has observed, and a study in memory is made of it.
So the sweep has one truth, and the same ask has the same answer.
"""
