"""From `python -m … job.json` to an exit code: the whole process side of the contract in one call, `run(train)`."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from .errors import BadJob, Interrupted, WrongDevice
from .job import Job
from .progress import log

EXIT_BAD_JOB = 64
EXIT_NO_DEVICE = 69
EXIT_INTERRUPTED = 75

_stop = threading.Event()


def stop_requested() -> bool:
    """Whether SIGTERM came. Ask between steps; then save a checkpoint and raise Interrupted."""
    return _stop.is_set()


def run(train: Callable[[Job], None]) -> None:
    """Reads the job that the command line names, trains it, and ends the process with the contract's exit code."""
    signal.signal(signal.SIGTERM, _note_stop)
    sys.exit(_run(train, sys.argv[1:]))


def _run(train: Callable[[Job], None], arguments: list[str]) -> int:
    try:
        if len(arguments) != 1:
            raise BadJob(f"expected one argument, the path of job.json, but got {len(arguments)}")
        train(Job.read(Path(arguments[0])))
    except BadJob as error:
        log(f"bad job: {' '.join(str(error).split())}")
        return EXIT_BAD_JOB
    except WrongDevice as error:
        log(f"no device: {' '.join(str(error).split())}")
        return EXIT_NO_DEVICE
    except Interrupted as error:
        log(f"interrupted: {error}")
        return EXIT_INTERRUPTED
    return 0


def _note_stop(_signal: int, _frame: FrameType | None) -> None:
    _stop.set()
