"""What `/submissions` takes and answers. Figures are decimal strings in answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from api.schemas.sign_off import SignOffOut
from metrics.commands.prove_receipt import ProvedReceipt
from metrics.commands.verify_submission import Checked
from metrics.forms import plain
from metrics.periods import format_period
from metrics.queries.submissions import SubmissionDetail, SubmissionEventRow, SubmissionSummary
from metrics.returns import Return, submission_etag

State = Literal["submitted", "verified", "returned"]
_Text = Annotated[str, Field(max_length=2000)]
_Count = Annotated[
    Any,  # every bad cell is to be named, so the form reads them, not the schema
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}]}
    ),
]


class ReturnBody(BaseModel):
    """One unit's return for one period: whole blocks of the form, element code → count."""

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
    reason: Annotated[_Text, Field(description="Why a return that is there already is revised")] = ""
    acknowledged: Annotated[
        dict[str, _Text],
        Field(
            description="Check code → why the figures are right although the check warns. From a reviewer, also why a "
            "denominator of stocks may fall to 0: a clerk's reason does not lift that error"
        ),
    ] = {}

    def as_return(self) -> Return:
        """The body as the command takes it."""
        return Return(
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


class Sentence(BaseModel):
    zh: str
    en: str


class WarningOut(BaseModel):
    """A check that warns, for one element, one indicator or the whole submission (both null).

    `acknowledged` is the reason that was given, if any.
    """

    code: str
    element: str | None
    indicator: str | None
    given: str
    message: Sentence
    acknowledged: str | None


class PostedOut(BaseModel):
    """What became of a return. `changed` and `unchanged` count elements; a dry run has no `seq` and no `leaf_hash`."""

    id: int | None
    unit: str
    period: str
    revision: int
    state: State
    seq: int | None
    recorded_at: datetime
    on_time: bool
    days_late: int
    changed: int
    unchanged: int
    warnings: list[WarningOut]
    leaf_hash: str | None

    @property
    def etag(self) -> str | None:
        """The version that a later revision has to name; None for a dry run."""
        if self.id is None or self.seq is None:
            return None
        return submission_etag(submission_id=self.id, revision=self.revision, seq=self.seq)


class CheckedOut(BaseModel):
    """A return after a step of verification."""

    id: int
    unit: str
    period: str
    revision: int
    state: State
    seq: int
    recorded_at: datetime
    leaf_hash: str

    @classmethod
    def of(cls, checked: Checked) -> CheckedOut:
        return cls.model_validate(checked, from_attributes=True)


class SummaryOut(BaseModel):
    """A return as it stands; `actor`, `reason` and `recorded_at` are those of the newest event.

    `revision_reason`: why the revision that stands was sent, whatever happened since; empty for a first one.
    """

    id: int
    unit: str
    period: str
    revision: int
    state: State
    seq: int
    first_recorded_at: datetime
    recorded_at: datetime
    actor: str
    reason: str
    revision_reason: str
    on_time: bool
    days_late: int
    etag: str

    @classmethod
    def of(cls, row: SubmissionSummary) -> SummaryOut:
        return cls(**_fields(row))


class SummariesOut(BaseModel):
    """`synthetic`: these are returns of the demonstration, reported by nobody."""

    items: list[SummaryOut]
    synthetic: bool


class ValueOut(BaseModel):
    """The present value of one element, and the revision that set it."""

    element: str
    value: str
    revision: int
    seq: int


class EventOut(BaseModel):
    """One thing that happened to a return. Of a return, `detail` has `changed`, `unchanged`, `warnings`."""

    seq: int
    action: Literal["submit", "verify", "return", "reopen", "sign_off"]
    revision: int
    actor: str
    reason: str
    note: str
    detail: dict[str, Any]
    recorded_at: datetime

    @classmethod
    def of(cls, row: SubmissionEventRow) -> EventOut:
        return cls.model_validate(row, from_attributes=True)


class DetailOut(SummaryOut):
    """A return with its values, in the form's order, and its events, oldest first."""

    values: list[ValueOut]
    events: list[EventOut]
    synthetic: bool

    @classmethod
    def of_detail(cls, found: SubmissionDetail, *, synthetic: bool) -> DetailOut:
        values = [
            ValueOut(element=row.element, value=plain(row.value), revision=row.revision, seq=row.seq)
            for row in found.values
        ]
        events = [EventOut.of(row) for row in found.events]
        return cls(**_fields(found.summary), values=values, events=events, synthetic=synthetic)


class HistoryOut(BaseModel):
    events: list[EventOut]


class InclusionOut(BaseModel):
    """From a leaf to the root of the tree over the first `size` entries: sibling hashes in hex, lowest first."""

    size: int
    path: list[str]


class ReceiptOut(BaseModel):
    """Proof that one revision was received. `leaf_hash` is in the ledger at `seq`.

    `leaf` is what was hashed, `inclusion` leads from it to the signed `checkpoint`; `verify.py` checks all of it.
    """

    id: int
    unit: str
    period: str
    revision: int
    actor: str
    recorded_at: datetime
    on_time: bool
    days_late: int
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
            period=format_period(receipt.period),
            revision=receipt.revision,
            actor=receipt.actor,
            recorded_at=receipt.recorded_at,
            on_time=receipt.on_time,
            days_late=receipt.days_late,
            seq=receipt.seq,
            leaf_hash=receipt.leaf_hash,
            values=receipt.values,
            synthetic=synthetic,
            leaf=proved.leaf,
            inclusion=InclusionOut(size=proved.size, path=[step.hex() for step in proved.path]),
            checkpoint=proved.checkpoint,
            signed_off=None if signed is None else SignOffOut.of(signed, revision=receipt.revision),
        )


def _fields(row: SubmissionSummary) -> dict[str, Any]:
    return {
        "id": row.id,
        "unit": row.unit,
        "period": format_period(row.period),
        "revision": row.revision,
        "state": row.state,
        "seq": row.seq,
        "first_recorded_at": row.first_recorded_at,
        "recorded_at": row.recorded_at,
        "actor": row.actor,
        "reason": row.reason,
        "revision_reason": row.revision_reason,
        "on_time": row.on_time,
        "days_late": row.days_late,
        "etag": row.etag,
    }
