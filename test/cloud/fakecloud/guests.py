"""What every guest has, however it is isolated: a folder, an environment, and a way to be watched and ended."""

import base64
import gzip
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .members import MARK
from .settings import Settings

PROGRAMS = Path(__file__).parent / "guest"
COMMANDS = PROGRAMS / "bin"
SECONDS_TO_POWER_OFF = 3.0
"""A guest that was told to power off gets so long before its power is cut; its own init gives programs 2 s."""


class Guest(Protocol):
    def processes(self) -> list[int]:
        """Living processes, the guest's own init among them."""

    def power_off(self) -> None:
        """As the cloud does it: the guest is told, then its power is cut. Returns once all its processes have gone."""

    def cut_power(self) -> None:
        """At once and untold."""

    def wait(self) -> None:
        """Returns when the guest has powered off, for whatever reason."""

    def release(self) -> None:
        """Gives back what this process held for it. To be called after `wait`."""


@dataclass(frozen=True)
class Furnishing:
    """A guest's files and variables, ready to boot."""

    folder: Path
    console: Path
    environment: dict[str, str]


def furnish(instance: str, region: str, user_data: str | None, settings: Settings) -> Furnishing:
    folder = settings.folder / instance
    home = folder / "home"
    home.mkdir(parents=True, exist_ok=True)
    script = folder / "user-data"
    script.write_bytes(decode_user_data(user_data))
    script.chmod(0o755)
    endpoint = f"http://127.0.0.1:{settings.port}"
    environment = {
        "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": os.environ.get("LANG", "C.UTF-8"),
        "TMPDIR": os.environ.get("TMPDIR", "/tmp"),
        "AWS_REGION": region,
        "AWS_ENDPOINT_URL_EC2": endpoint,
        "AWS_ENDPOINT_URL_SSM": endpoint,
        "FAKECLOUD_COMMANDS": str(COMMANDS),
        "FAKECLOUD_FOLDER": str(folder),
        "FAKECLOUD_MINUTE_SECONDS": str(settings.minute_seconds),
        MARK: instance,
        **settings.guest_env,
    }
    return Furnishing(folder, folder / "console.log", environment)


def decode_user_data(encoded: str | None) -> bytes:
    """As cloud-init takes it: perhaps compressed, and run only if it says by which program."""
    text = base64.b64decode(encoded) if encoded else b""
    if text.startswith(b"\x1f\x8b"):
        text = gzip.decompress(text)
    if text.startswith(b"#!"):
        return text
    return b"#!/bin/sh\necho 'cloud-init: the user-data does not start with #!, so nothing is run'\n"
