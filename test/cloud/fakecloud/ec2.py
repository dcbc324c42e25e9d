"""The EC2 interface: moto behind faults, client tokens and a record of all calls."""

import io
import re
import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

from .answers import Headers, Start, refuse
from .faults import LOST_RESPONSE, Fault, Faults
from .fleet import Fleet
from .machine import ENDING
from .tokens import Answered, Refused, Tokens

Application = Callable[[dict[str, Any], Start], Iterable[bytes]]
ZoneOfSubnet = Callable[[str, str], str | None]

_LAUNCHES = ("RunInstances", "CreateFleet")
_INSTANCE = re.compile(rb">(i-[0-9a-f]{17})<")
_CODE = re.compile(rb"<Code>([^<]+)</Code>")


class Ec2:
    def __init__(self, moto: Application, fleet: Fleet, zone_of_subnet: ZoneOfSubnet) -> None:
        self.faults = Faults()
        self.calls: list[dict[str, Any]] = []
        self._moto = moto
        self._fleet = fleet
        self._zone_of_subnet = zone_of_subnet
        self._tokens = Tokens(lambda instance: fleet.machines[instance].phase in ENDING)

    def forget(self) -> None:
        self.faults.replace([])
        self.calls.clear()

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(raw)
        parameters = dict(parse_qsl(raw.decode(), keep_blank_values=True))
        region = environ["HTTP_AUTHORIZATION"].split("/")[2]
        call = self._record(parameters, region)
        with self._fleet.lock:
            return self._answer(environ, start, parameters, call)

    def _answer(
        self, environ: dict[str, Any], start: Start, parameters: dict[str, str], call: dict[str, Any]
    ) -> Iterable[bytes]:
        action, token = call["action"], call["token"]
        key = (call["region"], action, token or "")
        known = self._tokens.recall(key, parameters) if token and action in _LAUNCHES else None
        if isinstance(known, Refused):
            return self._refuse(start, call, known.code, known.message)
        if known:
            start(known.status, known.headers)
            return [known.body]
        fault = self.faults.take(action, self._traits(call))
        if fault and not fault.carried_out:
            return self._refuse(start, call, fault.code, fault.message, fault.status)
        answered = self._ask_moto(environ, parameters)
        if not answered.status.startswith("200"):
            found = _CODE.search(answered.body)
            call["code"] = found[1].decode() if found else answered.status
        elif token and action in _LAUNCHES:
            self._tokens.keep(key, answered)
        return self._deliver(start, call, answered, fault)

    def _deliver(self, start: Start, call: dict[str, Any], answered: Answered, fault: Fault | None) -> Iterable[bytes]:
        if fault and fault.code == LOST_RESPONSE:
            call["code"] = LOST_RESPONSE
            return refuse(start, "InternalError", "done, but fakecloud was told to lose the answer", 500)
        if fault:
            return self._refuse(start, call, fault.code, fault.message, fault.status)
        start(answered.status, answered.headers)
        return [answered.body]

    def _refuse(
        self, start: Start, call: dict[str, Any], code: str, message: str, status: int | None = None
    ) -> Iterable[bytes]:
        call["code"] = code
        return refuse(start, code, message, status)

    def _ask_moto(self, environ: dict[str, Any], parameters: dict[str, str]) -> Answered:
        head: list[Any] = []
        body = b"".join(self._moto(environ, lambda *given: head.extend(given[:2])))
        status: str = head[0]
        headers: Headers = head[1]
        instances = dict.fromkeys(found.decode() for found in _INSTANCE.findall(body))
        return Answered(parameters, status, headers, body, tuple(instances))

    def _record(self, parameters: dict[str, str], region: str) -> dict[str, Any]:
        subnet = parameters.get("SubnetId")
        call = {
            "at": time.time(),
            "action": parameters.get("Action", ""),
            "ids": [value for name, value in parameters.items() if name.startswith("InstanceId")],
            "region": region,
            "type": parameters.get("InstanceType"),
            "az": parameters.get("Placement.AvailabilityZone")
            or (self._zone_of_subnet(region, subnet) if subnet else None),
            "market": parameters.get("InstanceMarketOptions.MarketType", "on-demand"),
            "token": parameters.get("ClientToken"),
            "code": None,
        }
        self.calls.append(call)
        return call

    def _traits(self, call: dict[str, Any]) -> dict[str, set[str]]:
        """What a fault may be matched on: the order's own traits, or those of the machines that the call names."""
        named = set(call["ids"])
        traits = {name: {call[name]} - {None} for name in ("type", "az", "market")}
        for instance in named & self._fleet.machines.keys():
            machine = self._fleet.machines[instance]
            traits["type"].add(machine.instance.instance_type)
            traits["az"].add(machine.zone)
            traits["market"].add(machine.market)
        return {**traits, "id": named}
