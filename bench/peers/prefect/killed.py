"""Kills a Prefect flow of 20 steps in its middle and prints the state that the server gives it 10 s later."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

marks = Path(os.environ["PREFECT_HOME"]) / "marks"


def play() -> None:
    from prefect import flow, task

    @task
    def step(name: str) -> None:
        with marks.open("a") as file:
            file.write(f"{name}\n")
        time.sleep(0.3)

    @flow
    def chain() -> None:
        for index in range(20):
            step(f"s{index}")

    chain()


def started() -> int:
    return len(marks.read_text().splitlines()) if marks.exists() else 0


def answer(url: str, body: object = None) -> object:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as response:
        return json.load(response)


def until(true, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("the flow or the server did not start in time")
        time.sleep(0.05)


def answers(api: str) -> bool:
    try:
        return bool(answer(f"{api}/health"))
    except OSError:
        return False


def main(port: str) -> None:
    api = f"http://127.0.0.1:{port}/api"
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: answers(api), 60)
        flow = subprocess.Popen(
            [sys.executable, __file__, "play"], env={**os.environ, "PREFECT_API_URL": api}, stderr=subprocess.DEVNULL
        )
        until(lambda: started() > 10, 60)
        flow.send_signal(signal.SIGKILL)
        flow.wait()
        before = started()
        time.sleep(10)
        runs = answer(f"{api}/flow_runs/filter", {"sort": "START_TIME_DESC"})
        print(json.dumps({"state": runs[0]["state_type"], "goneOn": started() - before}), flush=True)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    if sys.argv[1] == "play":
        play()
    else:
        main(sys.argv[1])
