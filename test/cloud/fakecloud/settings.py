"""What one cloud is started with: a JSON object written by cloud.ts."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Settings:
    """Lengths are seconds."""

    folder: Path
    """One sub-folder per instance: user-data, console.log, home."""
    port: int
    forward: tuple[int, ...]
    """Ports of this host that guests reach at 127.0.0.1 and at the gateway; the cloud's own is always among them."""
    minute_seconds: float
    """How long one minute of `shutdown -P +N` lasts."""
    pending_seconds: float
    shutting_down_seconds: float
    unseen_seconds: float
    """How long DescribeInstances does not know a new instance."""
    namespaces: bool | None
    """None: where this process may make them."""
    instance_profiles: tuple[str, ...]
    role_keys: dict[str, str] | None
    """accessKeyId, secretAccessKey, sessionToken: what the roles of all instance profiles are given."""
    guest_env: dict[str, str] = field(default_factory=dict)


def read_settings(text: str) -> Settings:
    given: dict[str, Any] = json.loads(text)
    return Settings(
        folder=Path(given["folder"]),
        port=int(given["port"]),
        forward=tuple(dict.fromkeys([int(given["port"]), *given["forward"]])),
        minute_seconds=float(given["minuteSeconds"]),
        pending_seconds=float(given["pendingSeconds"]),
        shutting_down_seconds=float(given["shuttingDownSeconds"]),
        unseen_seconds=float(given["unseenSeconds"]),
        namespaces=given["namespaces"],
        instance_profiles=tuple(given["instanceProfiles"]),
        role_keys=given["roleKeys"],
        guest_env=dict(given["guestEnv"]),
    )
