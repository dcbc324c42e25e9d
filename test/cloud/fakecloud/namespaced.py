"""A guest in namespaces of its own: processes, mounts, network. Needs root on Linux."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import members
from .forwarding import Forwarder
from .guests import PROGRAMS, SECONDS_TO_POWER_OFF, Furnishing
from .metadata import Metadata, MetadataServer
from .network import GATEWAY_ADDRESS, listen_inside

# The first link dies with the thread that starts it, so guests are started by one that lives as long as the cloud.
_ISOLATE = [
    "setpriv",
    "--pdeathsig",
    "KILL",
    "unshare",
    "--net",
    "--pid",
    "--mount",
    "--mount-proc",
    "--fork",
    "--kill-child",
]


def can_isolate() -> bool:
    if os.geteuid() != 0 or any(shutil.which(program) is None for program in ("setpriv", "unshare", "mount")):
        return False
    return subprocess.run([*_ISOLATE, "true"], check=False, capture_output=True).returncode == 0


class NamespacedGuest:
    def __init__(
        self, furnishing: Furnishing, metadata: Metadata, ports: tuple[int, ...], forwarder: Forwarder
    ) -> None:
        self._forwarder = forwarder
        self._forwards: list[asyncio.Server] = []
        self._metadata: MetadataServer | None = None
        environment = {**furnishing.environment, "FAKECLOUD_INIT": "1", "FAKECLOUD_HOST": GATEWAY_ADDRESS}
        with furnishing.console.open("ab") as console:
            self._process = subprocess.Popen(
                [*_ISOLATE, "bash", str(PROGRAMS / "init.sh")],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=console,
            )
        self._init = self._wait_for_init()
        self._connect(metadata, ports)

    def processes(self) -> list[int]:
        return members.in_pid_namespace(self._init)

    def power_off(self) -> None:
        members.send([self._init], signal.SIGTERM)
        try:
            self._process.wait(SECONDS_TO_POWER_OFF)
        except subprocess.TimeoutExpired:
            self.cut_power()
            self._process.wait()

    def cut_power(self) -> None:
        # When process 1 of the namespace dies, the kernel kills the rest.
        self._process.kill()

    def wait(self) -> None:
        self._process.wait()

    def release(self) -> None:
        self._forwarder.stop(self._forwards)
        if self._metadata:
            self._metadata.stop()

    def _wait_for_init(self) -> int:
        own = Path("/proc/self/ns/net").readlink()
        while self._process.poll() is None:
            children = members.children_of(self._process.pid)
            if children and Path(f"/proc/{children[0]}/ns/net").readlink() != own:
                return children[0]
            time.sleep(0.002)
        raise RuntimeError(f"a guest died before it could boot, with exit code {self._process.returncode}")

    def _connect(self, metadata: Metadata, ports: tuple[int, ...]) -> None:
        service, listening = listen_inside(self._init, ports)
        self._metadata = MetadataServer(metadata, service)
        self._forwards = [self._forward(taken, port) for port, taken in listening.items()]
        if self._process.stdin:
            self._process.stdin.write(b"connected\n")
            self._process.stdin.close()

    def _forward(self, listening: socket.socket, port: int) -> asyncio.Server:
        return self._forwarder.forward(listening, port)
