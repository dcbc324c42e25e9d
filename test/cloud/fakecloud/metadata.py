"""The instance metadata service, version 2 only, of one guest."""

import json
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Entries = Callable[[], dict[str, str]]


@dataclass(frozen=True)
class Metadata:
    entries: Entries
    """What stands at each path below /latest, asked anew for each request."""


class MetadataServer:
    def __init__(self, metadata: Metadata, listening: socket.socket) -> None:
        self._server = _Server(metadata, listening)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, metadata: Metadata, listening: socket.socket) -> None:
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listening
        self.metadata = metadata
        self.tokens: dict[str, float] = {}
        """When each ends, by the monotonic clock."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def log_message(self, *_: Any) -> None:
        """The console belongs to the guest."""

    def do_PUT(self) -> None:
        seconds = self.headers.get("x-aws-ec2-metadata-token-ttl-seconds", "")
        if self.path != "/latest/api/token" or not seconds.isdigit() or not 1 <= int(seconds) <= 21_600:
            self._answer(400)
            return
        token = secrets.token_urlsafe(32)
        self.server.tokens[token] = time.monotonic() + int(seconds)
        self._answer(200, token, {"x-aws-ec2-metadata-token-ttl-seconds": seconds})

    def do_GET(self) -> None:
        token = self.headers.get("x-aws-ec2-metadata-token", "")
        if self.server.tokens.get(token, 0) < time.monotonic():
            self._answer(401)
            return
        content = _find(self.server.metadata.entries(), self.path.removeprefix("/latest/"))
        if content is None:
            self._answer(404)
        else:
            self._answer(200, content)

    def _answer(self, status: int, content: str = "", headers: dict[str, str] | None = None) -> None:
        body = content.encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _find(entries: dict[str, str], path: str) -> str | None:
    if path in entries:
        return entries[path]
    folder = f"{path.rstrip('/')}/"
    # A folder lists what is in it, sub-folders with a slash behind.
    inside = [entry.removeprefix(folder).partition("/") for entry in entries if entry.startswith(folder)]
    return "\n".join(dict.fromkeys(name + slash for name, slash, _ in inside)) or None


def as_document(facts: dict[str, str]) -> str:
    return json.dumps(facts, indent=2)
