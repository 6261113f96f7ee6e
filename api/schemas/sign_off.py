"""What signing a return off takes and answers, and how a sign-off is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.sign_off_submission import SignedOff
from metrics.queries.received_returns import SignOff


class SignOffBody(BaseModel):
    """The name of the unit's leader in force, who answers for the return."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"leader": "李明"}]})

    leader: Annotated[str, Field(max_length=100)]


class SignedOffOut(BaseModel):
    """A return that is signed off. `recorded` false: it was already, as it now stands."""

    id: int
    unit: str
    revision: int
    state: Literal["submitted", "verified"]
    leader: str
    title: str
    by: str
    seq: int
    recorded_at: datetime
    leaf_hash: str
    recorded: bool

    @classmethod
    def of(cls, signed: SignedOff) -> SignedOffOut:
        return cls.model_validate(signed, from_attributes=True)


class SignOffOut(BaseModel):
    """The newest sign-off. `void`: the return was revised after it."""

    leader: str
    title: str
    by: str
    recorded_at: datetime
    revision: int
    seq: int
    void: bool

    @classmethod
    def of(cls, found: SignOff, *, revision: int) -> SignOffOut:
        return cls(
            leader=found.leader,
            title=found.title,
            by=found.by,
            recorded_at=found.recorded_at,
            revision=found.revision,
            seq=found.seq,
            void=found.revision != revision,
        )
