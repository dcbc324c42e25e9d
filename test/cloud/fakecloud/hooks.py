"""Where moto's EC2 is made to ask the fleet."""

import copy
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from time import monotonic
from typing import Any, cast

from moto.core.responses import ActionResult
from moto.core.types import Base64EncodedString
from moto.core.utils import utcnow
from moto.ec2 import utils
from moto.ec2.exceptions import InvalidInstanceIdError, InvalidParameterCombination, OperationNotPermitted4
from moto.ec2.models import EC2Backend
from moto.ec2.models.instances import Instance, InstanceState, Reservation
from moto.ec2.responses.general import General
from moto.ec2.responses.spot_instances import SpotInstances

from .fleet import Fleet
from .prices import Prices

_CONSOLE_BYTES = 65_536
_UNKNOWN_SPOT_PRICE = 0.00001


def install(fleet: Fleet, prices: Prices) -> None:
    # Without these, moto answers such a filter with a page of HTML.
    utils.filter_dict_attribute_mapping.update({"client-token": "client_token", "instance-lifecycle": "lifecycle"})
    _hook_beginnings(fleet)
    _hook_ends(fleet)
    _hook_sight(fleet)
    _hook_console(fleet.settings.folder)
    _hook_prices(prices)


def _hook_beginnings(fleet: Fleet) -> None:
    run, start = EC2Backend.run_instances, EC2Backend.start_instances

    @wraps(run)
    def run_instances(self: Any, *args: Any, **kwargs: Any) -> Reservation:
        reservation = run(self, *args, **kwargs)
        for instance in reservation.instances:
            fleet.adopt(instance, self.region_name)
        return reservation

    @wraps(start)
    def start_instances(self: Any, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        stopped = [id for id in instance_ids if id in fleet.machines and fleet.machines[id].phase == "stopped"]
        before = [(one, copy.copy(one.instance_state)) for one in self.get_multi_instances_by_id(instance_ids)]
        for instance_id in stopped:
            fleet.restart(instance_id)
        return before

    EC2Backend.run_instances = run_instances  # type: ignore[method-assign]
    EC2Backend.start_instances = start_instances  # type: ignore[method-assign]


def _hook_ends(fleet: Fleet) -> None:
    def terminate_instances(self: Any, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        if not instance_ids:
            raise InvalidParameterCombination("No instances specified")
        before = [(one, copy.copy(one.instance_state)) for one in self.get_multi_instances_by_id(instance_ids)]
        for instance, _ in before:
            if instance.disable_api_termination:
                raise OperationNotPermitted4(instance.id)
        for instance, _ in before:
            fleet.end(instance.id, "Client.UserInitiatedShutdown")
        return before

    def stop_instances(self: Any, instance_ids: list[str]) -> list[tuple[Instance, InstanceState]]:
        before = [(one, copy.copy(one.instance_state)) for one in self.get_multi_instances_by_id(instance_ids)]
        for instance, _ in before:
            fleet.stop(instance.id, "Client.UserInitiatedShutdown")
        return before

    EC2Backend.terminate_instances = terminate_instances  # type: ignore[method-assign]
    EC2Backend.stop_instances = stop_instances  # type: ignore[method-assign]


def _hook_sight(fleet: Fleet) -> None:
    describe, describe_named = EC2Backend.describe_instances, EC2Backend.get_reservations_by_instance_ids

    def is_unseen(instance_id: str) -> bool:
        machine = fleet.machines.get(instance_id)
        return machine is not None and machine.seen_from > monotonic()

    @wraps(describe)
    def describe_instances(self: Any, filters: Any = None) -> list[Reservation]:
        reservations = describe(self, filters)
        for reservation in reservations:
            reservation.instances = [one for one in reservation.instances if not is_unseen(one.id)]
        return [reservation for reservation in reservations if reservation.instances]

    @wraps(describe_named)
    def get_reservations_by_instance_ids(self: Any, instance_ids: list[str], filters: Any = None) -> list[Reservation]:
        for instance_id in filter(is_unseen, instance_ids):
            raise InvalidInstanceIdError(instance_id)
        return describe_named(self, instance_ids, filters)

    EC2Backend.describe_instances = describe_instances  # type: ignore[method-assign]
    EC2Backend.get_reservations_by_instance_ids = get_reservations_by_instance_ids  # type: ignore[method-assign]


def _hook_console(folder: Path) -> None:
    def get_console_output(self: Any) -> ActionResult:
        instance = self.ec2_backend.get_instance(self._get_param("InstanceId"))
        log = folder / instance.id / "console.log"
        text = log.read_bytes()[-_CONSOLE_BYTES:].decode(errors="replace") if log.exists() else ""
        output = Base64EncodedString.from_raw_string(text)
        return ActionResult({"InstanceId": instance.id, "Timestamp": utcnow(), "Output": output})

    General.get_console_output = get_console_output  # type: ignore[method-assign]


def _hook_prices(prices: Prices) -> None:
    describe = SpotInstances.describe_spot_price_history

    @wraps(describe)
    def describe_spot_price_history(self: Any) -> ActionResult:
        answer = describe(self)
        found = cast(dict[str, list[dict[str, str]]], answer.result)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        for row in found["SpotPriceHistory"]:
            price = prices.of(row["InstanceType"], row["AvailabilityZone"], "spot")
            row["SpotPrice"] = f"{_UNKNOWN_SPOT_PRICE if price is None else price:.6f}"
            row["Timestamp"] = now
        return answer

    SpotInstances.describe_spot_price_history = describe_spot_price_history  # type: ignore[method-assign]
