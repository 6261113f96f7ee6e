"""A plain route that P4 is held against: FastAPI and SQLAlchemy, as a tutorial has them; nothing is checked.

It inserts the rows of one submission, in the tables the service has, as the owner of an empty database: no account, no
key, no plan, no leaf that stands for what was sent. `BIAOCHI_DATABASE_URL` is the database's address.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, FastAPI
from pydantic import BaseModel
from sqlalchemy import Engine, create_engine, insert
from sqlalchemy.orm import Session

from metrics.database import database_url
from metrics.models import Figure, LedgerEntry, Observation, Submission, SubmissionEvent


class PlainSubmission(BaseModel):
    """A submission with the number that it is to have."""

    number: int
    unit: str
    period: date
    values: dict[str, Decimal]


class PlainAnswer(BaseModel):
    """What became of it."""

    id: int
    recorded_at: datetime


@cache
def engine() -> Engine:
    """Row security does not bind the owner, but the triggers that stand in for it ask who acts."""
    acting = {"options": "-c biaochi.role=system"}
    address = database_url(os.environ["BIAOCHI_DATABASE_URL"])
    return create_engine(address, pool_size=32, connect_args=acting)


def session() -> Iterator[Session]:
    """One transaction a request."""
    with Session(engine()) as found, found.begin():
        yield found


app = FastAPI()


@app.post("/submissions", status_code=201)
def add(sent: PlainSubmission, found: Annotated[Session, Depends(session, scope="function")]) -> PlainAnswer:
    """Insert the rows of a submission, each table's by one statement."""
    now, number = datetime.now(UTC), sent.number
    placed: dict[str, Any] = {"unit_code": sent.unit, "period": sent.period, "revision": 1, "seq": number}
    cells = [
        {**placed, "element_code": code, "value": value, "submission_id": number, "recorded_at": now}
        for code, value in sent.values.items()
    ]
    said = {"unit": sent.unit, "values": {code: str(value) for code, value in sent.values.items()}}
    entry = {"seq": number, "kind": "submission", "recorded_at": now, "leaf": sent.model_dump_json(), "leaf_hash": b""}
    event = {"seq": number, "submission_id": number, "action": "submit", "revision": 1, "actor": "benchmark"}
    found.execute(insert(LedgerEntry).values(entry))
    found.execute(insert(Submission).values(id=number, **placed, state="submitted", first_recorded_at=now))
    found.execute(insert(SubmissionEvent).values(**event, reason="", note="", detail=said, recorded_at=now))
    found.execute(insert(Observation), cells)
    found.execute(insert(Figure), cells)
    return PlainAnswer(id=number, recorded_at=now)
