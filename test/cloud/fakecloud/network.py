"""A guest's network: a namespace with nothing but a loopback device, on which this process listens for it.

The namespace has no name and no cable to the host: it goes when the guest's processes and these sockets have gone, so a
cloud that was killed leaves nothing to clean up, and two clouds cannot collide.
"""

import ctypes
import fcntl
import os
import socket
import struct
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

METADATA_ADDRESS = "169.254.169.254"
GATEWAY_ADDRESS = "10.99.0.1"

_CLONE_NEWNET = 0x40000000
_SET_FLAGS, _SET_ADDRESS, _SET_NETMASK = 0x8914, 0x8916, 0x891C
_UP_AND_RUNNING = 0x41


def listen_inside(pid: int, ports: tuple[int, ...]) -> tuple[socket.socket, dict[int, socket.socket]]:
    """The metadata service's listening socket, and one per port, inside the network namespace of this process."""
    # Entering a namespace changes the calling thread for good, so a thread is spent on it.
    with ThreadPoolExecutor(max_workers=1) as visitor:
        return visitor.submit(_listen, pid, ports).result()


def _listen(pid: int, ports: tuple[int, ...]) -> tuple[socket.socket, dict[int, socket.socket]]:
    _enter(pid)
    _raise_loopback()
    metadata = socket.create_server((METADATA_ADDRESS, 80), backlog=64)
    return metadata, {port: socket.create_server(("0.0.0.0", port), backlog=256) for port in ports}


def _enter(pid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/proc/{pid}/ns/net").open("rb") as namespace:
        if libc.setns(namespace.fileno(), _CLONE_NEWNET) != 0:
            problem = ctypes.get_errno()
            raise OSError(problem, f"cannot enter the network of process {pid}: {os.strerror(problem)}")


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh22x", b"lo", _UP_AND_RUNNING))
        for alias, address in (b"lo:1", METADATA_ADDRESS), (b"lo:2", GATEWAY_ADDRESS):
            fcntl.ioctl(control, _SET_ADDRESS, _address_request(alias, address))
            fcntl.ioctl(control, _SET_NETMASK, _address_request(alias, "255.255.255.255"))


def _address_request(device: bytes, address: str) -> bytes:
    return struct.pack("16sHH4s16x", device, socket.AF_INET, 0, socket.inet_aton(address))
