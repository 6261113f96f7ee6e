"""What `/slips` takes and answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.act_on_slip import ActGiven
from metrics.commands.issue_slip import SlipGiven
from metrics.periods import format_period
from metrics.queries.slips import SlipActRow, SlipRow
from metrics.supervision.slips import LONGEST_TEXT, LONGEST_TITLE, SlipAct, SlipOrigin, SlipPart, SlipState

_Code = Annotated[str, Field(max_length=100)]
_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
_Day = Annotated[str, Field(max_length=100, description="YYYY-MM-DD")]
_PartNumber = Annotated[int | None, Field(ge=1, le=99, description="The part that it is about; without: the whole")]


class _Said(BaseModel):
    """Whatever is done with a slip: some of what the command takes."""

    model_config = ConfigDict(extra="forbid")

    def as_given(self, act: SlipAct) -> ActGiven:
        """The body as the command takes it."""
        return ActGiven(act, **{name: getattr(self, name) for name in type(self).model_fields})


class SlipBody(BaseModel):
    """A slip to be issued: to whom, what is asked for, by when, and what it is about."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "title": "网上可办率未达标",
                    "text": "请说明原因,报送整改措施和完成时间。",
                    "due_on": "2999-12-31",
                    "origin": "red_light",
                    "target": "plan:target",
                }
            ]
        },
    )

    unit: _Code
    title: Annotated[str, Field(max_length=LONGEST_TITLE)]
    text: _Text
    due_on: _Day
    origin: Literal["by_hand", "red_light", "late_submission", "task", "finding"] = "by_hand"
    target: _Code = ""
    task: Annotated[int | None, Field(ge=1, le=9999)] = None
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")] = ""
    finding: _Code = ""

    def as_given(self) -> SlipGiven:
        """The body as the command takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return SlipGiven(**given | {"origin": SlipOrigin(self.origin)})


class ReceiveBody(_Said):
    """Signed for: the slip, or a part that was handed to the unit."""

    model_config = ConfigDict(json_schema_extra={"examples": [{}]})

    text: _Text = ""
    part: _PartNumber = None


class AnswerBody(_Said):
    """What was done about it: the whole slip, or one part."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "已整改,清单附后。"}]})

    text: _Text
    evidence: Annotated[str, Field(max_length=2000, description="An http or https address")] = ""
    attachments: Annotated[list[int], Field(max_length=100, description="Numbers of files of the unit")] = []
    part: _PartNumber = None


class DelegateBody(_Said):
    """A part handed on: to a unit here, or to somebody in words; due no later than the slip, which is the default."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "请核对台账。", "to_name": "区政务服务数据管理局"}]}
    )

    text: _Text
    to_unit: _Code = ""
    to_name: _Code = ""
    due_on: _Day = ""


class ExtensionBody(_Said):
    """An extension asked for: until when, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "系统改造需两周。", "due_on": "2999-12-31"}]})

    text: _Text
    due_on: _Day


class DecisionBody(BaseModel):
    """What the bureau says to an extension: granted (until the day asked for, or another), or refused with a reason."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"granted": True}]})

    granted: bool
    text: _Text = ""
    due_on: _Day = ""

    def as_given(self) -> ActGiven:
        """The body as the command takes it."""
        act = SlipAct.GRANT_EXTENSION if self.granted else SlipAct.REFUSE_EXTENSION
        return ActGiven(act, text=self.text, due_on=self.due_on)


class WordsBody(_Said):
    """What is said to it; to withdraw a slip needs a reason."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "同意。"}]})

    text: _Text = ""


class ReturnBody(_Said):
    """What is still to be done, and by when; the day in force stays where it is ahead and none is given."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"text": "请补充佐证。", "due_on": "2999-12-31"}]})

    text: _Text
    due_on: _Day = ""


class SlipDetail(BaseModel):
    """A slip as it stands, with every act on it. `days_left`: null where no answer is owed, or it is late."""

    slip: str
    written: str
    etag: str
    unit: str
    title: str
    text: str
    origin: SlipOrigin
    target: str
    task: int | None
    period: str | None
    finding: str
    state: SlipState
    issued_on: date
    due_on: date
    age_days: int
    days_left: int | None
    days_late: int
    asked_until: date | None
    parts: list[SlipPart]
    acts: list[SlipActRow]
    synthetic: bool

    @classmethod
    def of(cls, row: SlipRow, *, on: date, synthetic: bool) -> SlipDetail:
        stands = row.stands
        return cls(
            slip=row.number,
            written=row.written,
            etag=row.etag,
            unit=row.unit,
            title=row.title,
            text=row.text,
            origin=row.origin,
            target=row.target,
            task=row.task,
            period=None if row.period is None else format_period(row.period),
            finding=row.finding,
            state=stands.state,
            issued_on=stands.issued_on,
            due_on=stands.due_on,
            age_days=stands.age(on),
            days_left=stands.days_left(on),
            days_late=stands.days_late(on),
            asked_until=stands.asked_until,
            parts=list(stands.parts),
            acts=list(row.acts),
            synthetic=synthetic,
        )
