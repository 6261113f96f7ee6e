"""What signing a submission off takes and answers, and how a sign-off is shown."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.sign_off_submission import OnPaper
from metrics.errors import Message
from metrics.plan.model import Plan
from metrics.queries.received_submissions import SignOff
from metrics.queries.sign_off_sheet import SignOffSheet
from metrics.queries.submission_differences import Difference
from metrics.reminders.sign_off_link import AskedForSignature
from metrics.sign_offs import How
from metrics.submission_states import State
from metrics.value_types import Month, PlainFigure, as_json_object


class SignOffBody(BaseModel):
    """Nothing for a leader, who signs with their own account. A reviewer records a signature on paper: `on_paper` true,
    the name of the leader in force who signed, and in `note` what there is to say of the paper."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{}, {"on_paper": True, "leader": "李明", "note": "原件存市局"}]},
    )

    on_paper: bool = False
    leader: Annotated[str, Field(max_length=100)] = ""
    note: Annotated[str, Field(max_length=2000)] = ""

    def as_given(self) -> OnPaper | None:
        """The signature on paper as the command takes it, None for none."""
        return OnPaper(self.leader, self.note) if self.on_paper else None


class SignOffOut(BaseModel):  # a copy: whether it is void depends on the submission's revision
    """The newest sign-off. `void`: the submission was revised after it. `how` recorded: a name that was typed, which
    counted until leaders signed themselves."""

    leader: str
    title: str
    how: How
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
            how=found.how,
            by=found.by,
            recorded_at=found.recorded_at,
            revision=found.revision,
            seq=found.seq,
            void=found.revision != revision,
        )


class AskedOut(BaseModel):  # a copy: the sentence is the answer's
    """The leader's own mailbox was sent a link; whoever asked for it is not told the link."""

    id: int
    unit: str
    revision: int
    sent_at: datetime
    expires_at: datetime
    message: Message

    @classmethod
    def of(cls, submission_id: int, asked: AskedForSignature) -> AskedOut:
        return cls(
            id=submission_id,
            unit=asked.unit,
            revision=asked.revision,
            sent_at=asked.sent_at,
            expires_at=asked.expires_at,
            message=Message("已发送至分管领导本人的邮箱。", "The link was sent to the leader's own address."),
        )


class FigureToSign(BaseModel):  # a copy: names are the plan's
    """One figure, decimal strings; null where there is none. `change` = `value` − `last_month`."""

    element: str
    name: Message
    unit_of_measure: Message
    value: PlainFigure | None
    last_month: PlainFigure | None
    change: PlainFigure | None

    @classmethod
    def of(cls, figure: Difference, *, plan: Plan) -> FigureToSign:
        element = plan.element_by_code.get(figure.element)
        name = Message(figure.element, figure.element)
        measure = Message("", "")
        if element is not None:
            name = Message(element.name.zh, element.name.en)
            measure = Message(element.unit_of_measure.zh, element.unit_of_measure.en)
        return cls(
            element=figure.element,
            name=name,
            unit_of_measure=measure,
            value=figure.now,
            last_month=figure.before,
            change=figure.change,
        )


class ToSignOut(BaseModel):  # a copy: the sheet, the plan and the link together
    """What the holder of a link is asked to sign: one revision with every figure. `expires_at`: of the link."""

    id: int
    unit: str
    unit_name: Message
    period: Month
    revision: int
    state: Literal[State.SUBMITTED, State.VERIFIED]
    sent_by: str
    note: str
    reason: str
    leader: str
    title: str
    expires_at: datetime
    figures: list[FigureToSign]
    warnings: list[dict[str, Any]]

    @classmethod
    def of(cls, sheet: SignOffSheet, *, plan: Plan, expires_at: datetime) -> ToSignOut:
        summary, leader = sheet.summary, sheet.leader
        name = plan.unit_by_code[summary.unit].name
        return cls(
            id=summary.id,
            unit=summary.unit,
            unit_name=Message(name.zh, name.en),
            period=summary.period,
            revision=summary.revision,
            state=summary.state,
            sent_by=sheet.sent_by,
            note=sheet.note,
            reason=sheet.reason,
            leader="" if leader is None else leader.name or "",
            title="" if leader is None else leader.title,
            expires_at=expires_at,
            figures=[FigureToSign.of(figure, plan=plan) for figure in sheet.figures.figures],
            warnings=[as_json_object(told.warning) for told in sheet.checks.warnings],
        )
