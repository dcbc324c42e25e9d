"""A guest without isolation, for hosts without root: a keeper and what it starts; metadata on a loopback port."""

import socket
import subprocess
import sys
from pathlib import Path

from . import members
from .guests import SECONDS_TO_POWER_OFF, Furnishing
from .metadata import Metadata, MetadataServer


class UnprivilegedGuest:
    def __init__(self, furnishing: Furnishing, metadata: Metadata) -> None:
        service = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._metadata = MetadataServer(metadata, service)
        self._instance = furnishing.environment[members.MARK]
        environment = {
            **furnishing.environment,
            "FAKECLOUD_HOST": "127.0.0.1",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": f"http://127.0.0.1:{service.getsockname()[1]}",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv4",
        }
        with furnishing.console.open("ab") as console:
            self._keeper = subprocess.Popen(
                [sys.executable, "-m", "fakecloud.keeper", str(furnishing.folder / "user-data")],
                cwd=Path(__file__).parent.parent,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=console,
                stderr=console,
            )

    def processes(self) -> list[int]:
        return members.marked(self._instance)

    def power_off(self) -> None:
        self._keeper.terminate()
        try:
            self._keeper.wait(SECONDS_TO_POWER_OFF)
        except subprocess.TimeoutExpired:
            self.cut_power()
            self._keeper.wait()

    def cut_power(self) -> None:
        # The keeper holds the other end, as it also must when this process is killed.
        if self._keeper.stdin:
            self._keeper.stdin.close()

    def wait(self) -> None:
        self._keeper.wait()

    def release(self) -> None:
        self._metadata.stop()
