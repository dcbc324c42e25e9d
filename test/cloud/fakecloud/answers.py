"""WSGI answers in the words of EC2 and of the control interface."""

import json
from collections.abc import Callable, Iterable
from typing import Any
from xml.sax.saxutils import escape

Start = Callable[..., Any]
Headers = list[tuple[str, str]]

STATUS_OF_CODE = {
    "InsufficientInstanceCapacity": 500,
    "InternalError": 500,
    "RequestLimitExceeded": 503,
    "UnauthorizedOperation": 403,
    "AuthFailure": 401,
}


def refuse(start: Start, code: str, message: str, status: int | None = None) -> Iterable[bytes]:
    error = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    body = f'<?xml version="1.0"?><Response><Errors>{error}</Errors><RequestID>fakecloud</RequestID></Response>'
    return answer(start, status or STATUS_OF_CODE.get(code, 400), "text/xml", body.encode())


def answer_json(start: Start, content: object, status: int = 200) -> Iterable[bytes]:
    return answer(start, status, "application/json", json.dumps(content).encode())


def answer(start: Start, status: int, kind: str, body: bytes) -> Iterable[bytes]:
    start(f"{status} -", [("content-type", kind), ("content-length", str(len(body)))])
    return [body]
