"""Carries bytes from a guest's listening socket to a port of this host."""

import asyncio
import contextlib
import socket
import threading

_CHUNK = 65536


class Forwarder:
    """One event loop in a thread of its own, for all guests."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True, name="forwarder").start()

    def forward(self, listening: socket.socket, port: int) -> asyncio.Server:
        async def serve() -> asyncio.Server:
            return await asyncio.start_server(lambda reader, writer: _join(reader, writer, port), sock=listening)

        return asyncio.run_coroutine_threadsafe(serve(), self._loop).result()

    def stop(self, servers: list[asyncio.Server]) -> None:
        for server in servers:
            self._loop.call_soon_threadsafe(server.close)


async def _join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    try:
        to_host = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        # Nobody listens there: the guest sees a connection that closes at once.
        writer.close()
        return
    await asyncio.gather(_pipe(reader, to_host[1]), _pipe(to_host[0], writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        if writer.can_write_eof():
            writer.write_eof()
