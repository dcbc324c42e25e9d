"""The flights model behind FastAPI: `uvicorn server:app`, see ../serving/flights.py."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from flights import Flights, Row
from pydantic import BaseModel


class Rows(BaseModel):
    rows: list[Row]


app = FastAPI()
flights = Flights()


@app.post("/predict")
async def predict(row: Row) -> dict[str, Any]:
    return flights.predict([row.features])


@app.post("/predict-many")
async def predict_many(rows: Rows) -> dict[str, Any]:
    return flights.predict([row.features for row in rows.rows])
