"""The ways in which a trainer stops early on purpose. Every other exception means: failed, try again."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class BadJob(Exception):
    """The job cannot be trained as written; trying it again cannot help. Exit code 64, the message on one line of
    stderr.
    """


class WrongDevice(Exception):
    """The device that the job asks for is not there or not used; the model would be late and dear. Exit code 69, the
    message on one line of stderr.
    """


class Interrupted(Exception):
    """The platform asked the trainer to stop (SIGTERM); what was learnt is in the checkpoint folder. Exit code 75."""


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`: did you mean 'max_depth'?` when one known word is close, and otherwise the list of all of them."""
    words = sorted(known)
    close = difflib.get_close_matches(wrong, words, n=1, cutoff=0.6)
    return f": did you mean '{close[0]}'?" if close else f"; known are {', '.join(words)}"
