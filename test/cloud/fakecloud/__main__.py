"""Runs a cloud until SIGTERM, or until standard input ends: `python -m fakecloud SETTINGS`, as cloud.ts does."""

import os

# Read by moto while it is imported.
os.environ.update(MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION="true", MOTO_ACCOUNT_ID="123456789012")

import signal
import sys
import threading
from collections.abc import Iterable
from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from .answers import Start
from .control import PATH, Control
from .ec2 import Application, Ec2
from .fleet import Fleet
from .hooks import install
from .prices import Prices
from .settings import Settings, read_settings

_ACCOUNT = os.environ["MOTO_ACCOUNT_ID"]


class _QuietHandler(MotoRequestHandler):
    def log_request(self, *_: Any) -> None:
        """The record of calls says more, and only what goes wrong is worth a line."""


def serve(settings: Settings) -> None:
    fleet, prices = Fleet(settings), Prices()
    install(fleet, prices)
    _make_profiles(settings.instance_profiles)
    server = make_server("127.0.0.1", settings.port, _application(fleet, prices), True, request_handler=_QuietHandler)
    end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    signal.signal(signal.SIGINT, lambda *_: end.set())
    threading.Thread(target=_at_end_of_input, args=(end,), daemon=True).start()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("fakecloud is up", flush=True)
    end.wait()
    fleet.close()
    # Threads still wait for machines that are no more; nothing of theirs matters now.
    os._exit(0)


def _application(fleet: Fleet, prices: Prices) -> Any:
    moto: Application = DomainDispatcherApplication(create_backend_app)
    ec2 = Ec2(moto, fleet, _zone_of_subnet)
    control = Control(ec2, fleet, prices)

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(PATH):
            return control(environ, start)
        if "/ec2/" in environ.get("HTTP_AUTHORIZATION", ""):
            return ec2(environ, start)
        return moto(environ, start)

    return application


def _zone_of_subnet(region: str, subnet: str) -> str | None:
    found = ec2_backends[_ACCOUNT][region].describe_subnets(filters={"subnet-id": [subnet]})
    return found[0].availability_zone if found else None


def _make_profiles(names: tuple[str, ...]) -> None:
    iam = iam_backends[_ACCOUNT]["aws"]
    for name in names:
        iam.create_role(name, "{}", "/", None, "", [], "3600")
        iam.create_instance_profile(name, "/", [name])


def _at_end_of_input(end: threading.Event) -> None:
    sys.stdin.buffer.read()
    end.set()


if __name__ == "__main__":
    serve(read_settings(sys.argv[1]))
