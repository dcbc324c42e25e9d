"""Client tokens: the same request with the same token is one request, whatever became of its first answer."""

from collections.abc import Callable
from dataclasses import dataclass

from .answers import Headers


@dataclass(frozen=True)
class Answered:
    parameters: dict[str, str]
    status: str
    headers: Headers
    body: bytes
    instances: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    code: str
    message: str


class Tokens:
    """Keyed by region, action and token."""

    def __init__(self, has_ended: Callable[[str], bool]) -> None:
        self._has_ended = has_ended
        self._answers: dict[tuple[str, str, str], Answered] = {}

    def keep(self, key: tuple[str, str, str], answered: Answered) -> None:
        self._answers[key] = answered

    def recall(self, key: tuple[str, str, str], parameters: dict[str, str]) -> Answered | Refused | None:
        """None: the token is new."""
        known = self._answers.get(key)
        if known is None:
            return None
        if known.parameters != parameters:
            return Refused("IdempotentParameterMismatch", "The client token was used before with other parameters.")
        if known.instances and all(self._has_ended(instance) for instance in known.instances):
            return Refused("IdempotentInstanceTerminated", f"The token is spent: {', '.join(known.instances)}")
        return known
