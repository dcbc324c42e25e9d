"""Reads asks as JSON on standard input and writes one set of parameters for each: `python -m perennial_sampler`."""

from __future__ import annotations

import json
import sys

from .ask import read_ask
from .study import suggest

EXIT_NOT_INSTALLED = 65


def main() -> int:
    try:
        import optuna
    except ImportError as error:
        return _not_installed(error)
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    asks = [read_ask(document) for document in json.load(sys.stdin)]
    try:
        answers = [suggest(ask) for ask in asks]
    except ImportError as error:
        return _not_installed(error)
    json.dump(answers, sys.stdout)
    return 0


def _not_installed(error: ImportError) -> int:
    # Optuna explains a missing package of a sampler on many lines; the first one names it.
    print(str(error).strip().splitlines()[0], file=sys.stderr)
    return EXIT_NOT_INSTALLED


if __name__ == "__main__":
    sys.exit(main())
