"""Reads a JSON object key by key and collects what is wrong with it, so that all mistakes come at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from .errors import BadJob, did_you_mean

Choice = TypeVar("Choice", bound=str)


class Shape:
    def __init__(self, value: object, path: str, mistakes: list[str] | None = None) -> None:
        self._path = path
        self._mistakes: list[str] = [] if mistakes is None else mistakes
        self._read: set[str] = set()
        self._inner: list[Shape] = []
        self._value: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            self._mistakes.append(f"{path} must be an object, not {_kind(value)}")

    def mistake(self, key: str, what: str) -> None:
        self._mistakes.append(f"{self._path}.{key} {what}")

    def present(self, key: str) -> bool:
        self._read.add(key)
        return self._value.get(key) is not None

    def text(self, key: str) -> str:
        value = self._get(key)
        if not isinstance(value, str) or value == "":
            self._wrong(key, value, "a text that is not empty")
            return ""
        return value

    def integer(self, key: str, at_least: int | None = None) -> int:
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            self._wrong(key, value, "a whole number")
            return 0
        if at_least is not None and value < at_least:
            self.mistake(key, f"is {value}, but must be at least {at_least}")
        return value

    def choice(self, key: str, options: Sequence[Choice]) -> Choice:
        value = self._get(key)
        for option in options:
            if value == option:
                return option
        self._wrong(key, value, f"one of {', '.join(options)}")
        return options[0]

    def parameters(self, key: str) -> Mapping[str, str | int | float | bool]:
        value = self._get(key)
        if not isinstance(value, dict):
            self._wrong(key, value, "an object")
            return {}
        for name, entry in value.items():
            if not isinstance(entry, str | int | float | bool):
                self.mistake(f"{key}.{name}", f"must be a text, a number or a boolean, not {_kind(entry)}")
        return value

    def inner(self, key: str) -> Shape:
        return self._nest(self._get(key), key)

    def items(self, key: str) -> list[Shape]:
        value = self._get(key)
        if not isinstance(value, list):
            self._wrong(key, value, "a list")
            return []
        return [self._nest(item, f"{key}[{index}]") for index, item in enumerate(value)]

    def finish(self) -> None:
        """Raises BadJob if anything was wrong or a key was not asked for."""
        self._complain_of_unknown_keys()
        if self._mistakes:
            raise BadJob("; ".join(self._mistakes))

    def _complain_of_unknown_keys(self) -> None:
        for key in sorted(set(self._value) - self._read):
            self.mistake(key, f"is not part of the contract{did_you_mean(key, self._read)}")
        for shape in self._inner:
            shape._complain_of_unknown_keys()

    def _nest(self, value: object, key: str) -> Shape:
        shape = Shape(value, f"{self._path}.{key}", self._mistakes)
        self._inner.append(shape)
        return shape

    def _get(self, key: str) -> object:
        self._read.add(key)
        return self._value.get(key)

    def _wrong(self, key: str, value: object, wanted: str) -> None:
        if key in self._value:
            self.mistake(key, f"must be {wanted}, not {_kind(value)}")
        else:
            self.mistake(key, "is missing")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    shown = repr(value)
    return shown if len(shown) <= 40 else f"{shown[:40]}..."
