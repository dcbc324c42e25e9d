"""Process 1 of an unprivileged guest: runs the user-data, stays up, and takes everything down with it.

SIGTERM powers off; the end of standard input, which comes when the cloud is killed too, cuts the power.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

from .members import MARK, marked, send

_SECONDS_TO_END = 2.0


def keep(user_data: str) -> None:
    instance = os.environ[MARK]
    power_off = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: power_off.set())
    environment = {**os.environ, "FAKECLOUD_INIT": str(os.getpid())}
    program = subprocess.Popen(
        [user_data], cwd=os.environ["HOME"], env=environment, stdin=subprocess.DEVNULL, start_new_session=True
    )
    threading.Thread(target=_cut_power_at_end_of_input, args=(instance, program), daemon=True).start()
    power_off.wait()
    _end(instance, program, signal.SIGTERM)
    give_up_at = time.monotonic() + _SECONDS_TO_END
    while time.monotonic() < give_up_at and (program.poll() is None or _others(instance)):
        time.sleep(0.05)
    _end(instance, program, signal.SIGKILL)


def _cut_power_at_end_of_input(instance: str, program: subprocess.Popen[bytes]) -> None:
    sys.stdin.buffer.read()
    _end(instance, program, signal.SIGKILL)
    os._exit(0)


def _end(instance: str, program: subprocess.Popen[bytes], what: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, what)
    # Programs that made a session of their own are not in that group.
    send(_others(instance), what)


def _others(instance: str) -> list[int]:
    return [pid for pid in marked(instance) if pid != os.getpid()]


if __name__ == "__main__":
    keep(sys.argv[1])
