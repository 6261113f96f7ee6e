"""What `/submissions` takes and answers. Figures are decimal strings in answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.schemas.sign_off import SignOffOut
from metrics.commands.prove_receipt import ProvedReceipt
from metrics.queries.submissions import SubmissionDetail, SubmissionEventRow, SubmissionSummary, SubmittedValue
from metrics.submissions import SubmissionRequest
from metrics.value_types import Hash, Month, SentState

_Text = Annotated[str, Field(max_length=2000)]
_Count = Annotated[
    Any,  # every bad cell is to be named, so the form reads them, not the schema
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
    ),
]


class SubmissionBody(BaseModel):
    """One unit's submission for one period: whole blocks of the form, element code → count."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "values": {"plan:element": 12, "plan:second_element": 9},
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    values: dict[str, _Count]
    note: _Text = ""
    reason: Annotated[_Text, Field(description="Why a submission that is there already is revised")] = ""
    acknowledged: Annotated[
        dict[str, _Text],
        Field(
            description="Check code → why the figures are right although the check warns. From a reviewer, also why a "
            "denominator of stocks may fall to 0: a clerk's reason does not lift that error"
        ),
    ] = {}

    def as_submission(self) -> SubmissionRequest:
        """The body as the command takes it."""
        return SubmissionRequest(
            unit=self.unit,
            period=self.period,
            values=self.values,
            note=self.note,
            reason=self.reason,
            acknowledged=self.acknowledged,
        )


class ReasonBody(BaseModel):
    """The reason for a step of verification."""

    model_config = ConfigDict(extra="forbid")

    reason: _Text = ""


class SummariesOut(BaseModel):
    """`synthetic`: these are submissions of the demonstration, reported by nobody."""

    items: list[SubmissionSummary]
    synthetic: bool


class DetailOut(BaseModel):  # a copy: what the summary holds stands at the top, its ETag in the middle
    """A submission with its values, in the form's order, and its events, oldest first."""

    id: int
    unit: str
    period: Month
    revision: int
    state: SentState
    seq: int
    first_recorded_at: datetime
    recorded_at: datetime
    actor: str
    reason: str
    revision_reason: str
    on_time: bool | None
    days_late: int | None
    first_received_at: datetime | None
    loaded: bool
    etag: str
    values: tuple[SubmittedValue, ...]
    events: tuple[SubmissionEventRow, ...]
    synthetic: bool

    @classmethod
    def of(cls, found: SubmissionDetail, *, synthetic: bool) -> DetailOut:
        summary = {name: getattr(found.summary, name) for name in cls.model_fields if hasattr(found.summary, name)}
        return cls(**summary, values=found.values, events=found.events, synthetic=synthetic)


class HistoryOut(BaseModel):
    events: list[SubmissionEventRow]


class InclusionOut(BaseModel):
    """From a leaf to the root of the tree over the first `size` entries: sibling hashes in hex, lowest first."""

    size: int
    path: list[Hash]


class ReceiptOut(BaseModel):  # a copy: the receipt and its proof are one, so that a file of it can be verified
    """Proof that one revision was received. `leaf_hash` is in the ledger at `seq`.

    `leaf` is what was hashed, `inclusion` leads from it to the signed `checkpoint`; `verify.py` checks all of it.
    """

    id: int
    unit: str
    period: Month
    revision: int
    actor: str
    recorded_at: datetime
    on_time: bool | None
    days_late: int | None
    loaded: bool
    seq: int
    leaf_hash: str
    values: dict[str, str]
    synthetic: bool
    leaf: str
    inclusion: InclusionOut
    checkpoint: str
    signed_off: SignOffOut | None

    @classmethod
    def of(cls, proved: ProvedReceipt, *, synthetic: bool) -> ReceiptOut:
        receipt = proved.receipt
        signed = receipt.sign_off
        return cls(
            id=receipt.id,
            unit=receipt.unit,
            period=receipt.period,
            revision=receipt.revision,
            actor=receipt.actor,
            recorded_at=receipt.recorded_at,
            on_time=receipt.on_time,
            days_late=receipt.days_late,
            loaded=receipt.loaded,
            seq=receipt.seq,
            leaf_hash=receipt.leaf_hash,
            values=receipt.values,
            synthetic=synthetic,
            leaf=proved.leaf,
            inclusion=InclusionOut(size=proved.size, path=proved.path),
            checkpoint=proved.checkpoint,
            signed_off=None if signed is None else SignOffOut.of(signed, revision=receipt.revision),
        )
