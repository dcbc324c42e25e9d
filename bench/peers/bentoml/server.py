"""The flights model behind BentoML, one worker: `bentoml serve server:Service`, see ../serving/flights.py."""

from typing import Any

import bentoml
from flights import Features, Flights, Row


@bentoml.service(
    workers=1,
    traffic={"timeout": 60, "concurrency": None},
    metrics={"enabled": False},
    logging={"access": {"enabled": False}},
)
class Service:
    def __init__(self) -> None:
        self.flights = Flights()

    @bentoml.api
    async def predict(self, features: Features) -> dict[str, Any]:
        return self.flights.predict([features])

    @bentoml.api(route="/predict-many")
    async def predict_many(self, rows: list[Row]) -> dict[str, Any]:
        return self.flights.predict([row.features for row in rows])
