"""Kills a Dagster job of 20 steps in its middle and prints the state that its instance gives it 10 s later."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from dagster import DagsterInstance

sys.path.insert(0, str(Path(__file__).parent))
import jobs  # noqa: E402

marks = Path(os.environ["DAGSTER_HOME"]) / "marks"


def started() -> int:
    return len(marks.read_text().splitlines()) if marks.exists() else 0


def main() -> None:
    job = subprocess.Popen([sys.executable, __file__, "play"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while started() <= 10:
        if time.monotonic() > deadline:
            raise SystemExit("the job did not start in time")
        time.sleep(0.05)
    job.send_signal(signal.SIGKILL)
    job.wait()
    before = started()
    time.sleep(10)
    with DagsterInstance.get() as instance:
        state = instance.get_runs()[0].status.value
    print(json.dumps({"state": state, "goneOn": started() - before}), flush=True)


if __name__ == "__main__":
    if sys.argv[1:] == ["play"]:
        with DagsterInstance.get() as instance:
            jobs.slow_chain.execute_in_process(instance=instance)
    else:
        main()
