"""Finds and ends the processes of a guest, wherever they have moved to in the process tree."""

import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

MARK = "FAKECLOUD_INSTANCE"


def in_pid_namespace(pid: int) -> list[int]:
    """All processes of the process-id namespace of this one; none if it is gone."""
    try:
        home = Path(f"/proc/{pid}/ns/pid").readlink()
    except OSError:
        return []
    return _processes(lambda process: (process / "ns/pid").readlink() == home)


def marked(instance: str) -> list[int]:
    """All processes that inherited the guest's environment; none are found where there is no /proc."""
    mark = f"{MARK}={instance}\0".encode()
    return _processes(lambda process: mark in (process / "environ").read_bytes())


def children_of(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def send(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def _processes(belongs: Callable[[Path], bool]) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        # Processes come and go while we look.
        with contextlib.suppress(OSError):
            if belongs(process):
                found.append(int(process.name))
    return found
