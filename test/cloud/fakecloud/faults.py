"""Errors that the cloud was asked to answer with, each for some calls."""

from dataclasses import dataclass
from typing import Any

LOST_RESPONSE = "LostResponse"
"""Not a code of EC2: the call is carried out, and its answer is an HTTP 500."""


@dataclass
class Fault:
    action: str
    code: str
    match: dict[str, str]
    """Any of: type, az, market, id."""
    left: int | None
    """None: for ever."""
    status: int | None
    message: str
    carried_out: bool
    """The call is carried out all the same, and nobody is told."""


class Faults:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def replace(self, given: list[dict[str, Any]]) -> None:
        self._faults = [_read(fault) for fault in given]

    def take(self, action: str, traits: dict[str, set[str]]) -> Fault | None:
        """The first fault that fits this call, used up once."""
        for fault in self._faults:
            fits = all(value in traits.get(trait, set()) for trait, value in fault.match.items())
            if fault.action != action or fault.left == 0 or not fits:
                continue
            if fault.left is not None:
                fault.left -= 1
            return fault
        return None


def _read(given: dict[str, Any]) -> Fault:
    times = given.get("times", 1)
    return Fault(
        action=given["action"],
        code=given["code"],
        carried_out=given["code"] == LOST_RESPONSE or bool(given.get("carriedOut", False)),
        match=dict(given.get("match", {})),
        left=None if times == "always" else int(times),
        status=given.get("status"),
        message=given.get("message", f"fakecloud was told to answer {given['code']}"),
    )
