"""The test's own door, /_cloud/: what goes wrong next, and what became of every machine."""

import json
from collections.abc import Iterable
from typing import Any

from .answers import Start, answer_json
from .ec2 import Ec2
from .fleet import Fleet
from .machine import Machine
from .prices import Prices

PATH = "/_cloud/"


class Control:
    def __init__(self, ec2: Ec2, fleet: Fleet, prices: Prices) -> None:
        self._ec2 = ec2
        self._fleet = fleet
        self._prices = prices

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            found = self._do(environ["PATH_INFO"].removeprefix(PATH), json.loads(raw or b"null"))
        except (KeyError, TypeError, ValueError) as problem:
            return answer_json(start, {"error": f"{type(problem).__name__}: {problem}"}, 400)
        return answer_json(start, found)

    def _do(self, what: str, given: Any) -> object:
        match what:
            case "faults":
                self._ec2.faults.replace(given)
            case "prices":
                self._prices.update(given)
            case "interrupt":
                self._fleet.interrupt(given["id"], float(given["graceSeconds"]))
            case "crash":
                self._fleet.crash(given["id"], bool(given.get("unnoticed", False)))
            case "clear":
                self._clear()
            case "state":
                return self._state()
            case _:
                raise ValueError(f"there is no {PATH}{what}")
        return {"done": what}

    def _clear(self) -> None:
        """Ends all machines, and forgets faults, prices and calls; terminated machines stay known."""
        for instance in list(self._fleet.machines):
            self._fleet.end(instance, "Server.ScheduledStop", told=False)
        self._ec2.forget()
        self._prices.clear()

    def _state(self) -> object:
        with self._fleet.lock:
            instances = [self._describe(machine) for machine in self._fleet.machines.values()]
            calls = list(self._ec2.calls)
        bill = {
            "seconds": sum(one["billedSeconds"] for one in instances),
            "usd": sum(one["billedUsd"] or 0 for one in instances),
        }
        return {"isolated": self._fleet.isolated, "instances": instances, "bill": bill, "calls": calls}

    def _describe(self, machine: Machine) -> dict[str, Any]:
        instance_type = machine.instance.instance_type
        seconds = machine.billed_seconds()
        hourly = self._prices.of(instance_type, machine.zone, machine.market)
        return {
            "id": machine.id,
            "state": machine.phase,
            "reason": machine.instance.state_reason.code or None,
            "type": instance_type,
            "az": machine.zone,
            "market": machine.market,
            "token": machine.instance.client_token,
            "tags": machine.tags,
            "meteredSeconds": round(machine.metered_seconds(), 3),
            "billedSeconds": seconds,
            "billedUsd": None if hourly is None else seconds / 3600 * hourly,
            "processes": len(machine.guest.processes()) if machine.guest else 0,
            "folder": str(self._fleet.settings.folder / machine.id),
        }
