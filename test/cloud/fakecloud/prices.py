"""US dollars an hour, as told by the test: `{"spot": {type: usd or {zone: usd}}, "onDemand": {type: usd}}`."""

from typing import Any


class Prices:
    def __init__(self) -> None:
        self._on_demand: dict[str, float] = {}
        self._spot: dict[str, float | dict[str, float]] = {}

    def update(self, given: dict[str, Any]) -> None:
        self._on_demand.update(given.get("onDemand", {}))
        self._spot.update(given.get("spot", {}))

    def clear(self) -> None:
        self._on_demand.clear()
        self._spot.clear()

    def of(self, instance_type: str, zone: str, market: str) -> float | None:
        if market != "spot":
            return self._on_demand.get(instance_type)
        price = self._spot.get(instance_type)
        return price.get(zone) if isinstance(price, dict) else price
