"""What `/materials` takes and answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from metrics.commands.send_material import MaterialGiven
from metrics.commands.sign_material import SeenGiven
from metrics.errors import Invalid, Message, Problem
from metrics.periods import parse_day
from metrics.queries.attachments import Attachment
from metrics.queries.material_sheet import MaterialSheet
from metrics.queries.materials import BodyMaterial, SaidOfTask
from metrics.supervision.materials import LONGEST_MATERIAL_TEXT, Material, MaterialStanding, MaterialStatus
from metrics.task_reports import TaskState
from metrics.value_types import Moment, Month

_Text = Annotated[str, Field(max_length=LONGEST_MATERIAL_TEXT)]


class MaterialBody(BaseModel):
    """A unit's material for one month. What it says of tasks are the unit's task reports for that month."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "unit": "plan:unit",
                    "period": "plan:month",
                    "summary": "本月完成事项梳理,窗口受理平稳。",
                    "problems": "无",
                    "next_month": "开展第二批事项进驻。",
                }
            ]
        },
    )

    unit: Annotated[str, Field(max_length=100)]
    period: Annotated[str, Field(max_length=100, description="YYYY-MM")]
    summary: Annotated[_Text, Field(description="Progress as a whole; needed where no task was reported on")] = ""
    problems: Annotated[_Text, Field(description="What stands in the way, or that nothing does")]
    next_month: Annotated[_Text, Field(description="What is planned for the next month")]
    attachments: Annotated[
        list[Annotated[int, Field(ge=1, le=2**53)]],
        Field(max_length=100, description="Numbers that `POST /attachments` gave, at most 10"),
    ] = []
    reason: Annotated[str, Field(max_length=2000, description="Why material that is there already is revised")] = ""

    def as_given(self) -> MaterialGiven:
        """The body as the command takes it."""
        return MaterialGiven(**{name: getattr(self, name) for name in type(self).model_fields})


class SeenBody(BaseModel):
    """Who, as head of the unit, has seen the material, and on which day."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"head": "王强", "title": "区长", "seen_on": "2019-10-04"}]}
    )

    head: Annotated[str, Field(max_length=100)]
    title: Annotated[str, Field(max_length=100)] = ""
    seen_on: Annotated[str, Field(max_length=20, description="YYYY-MM-DD")]

    def as_given(self) -> SeenGiven:
        """The body as the command takes it. Raises Invalid for what is no day."""
        day = parse_day(self.seen_on)
        if day is None:
            message = Message("日期须写作 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
            raise Invalid("day_malformed", message, [Problem("day_malformed", message, "/seen_on", given=self.seen_on)])
        return SeenGiven(self.head, day, self.title)


class BodyMaterialOut(BaseModel):  # a copy: names are the plan's
    """One that owes material for the month. `id` null: nothing came. `days_late`: of what came, or of what is missing
    till now; null while it is not late."""

    unit: str
    unit_name: Message
    department: bool
    id: int | None
    revision: int | None
    status: MaterialStatus
    on_time: bool | None
    days_late: int | None
    first_sent_at: Moment | None

    @classmethod
    def of(cls, found: BodyMaterial) -> BodyMaterialOut:
        material, name = found.material, found.body.name
        return cls(
            unit=found.body.code,
            unit_name=Message(name.zh, name.en),
            department=found.body.department,
            id=None if material is None else material.id,
            revision=None if material is None else material.revision,
            status=found.standing.status,
            on_time=found.standing.on_time,
            days_late=found.standing.days_late,
            first_sent_at=None if material is None else material.first_sent_at,
        )


class MaterialToSignOut(BaseModel):  # a copy: the sheet and the link together
    """What the holder of a link is asked to sign: one revision of a unit's material. `expires_at`: of the link."""

    material: MaterialOut
    unit_name: Message
    sent_by: str
    leader: str
    title: str
    expires_at: Moment

    @classmethod
    def of(cls, sheet: MaterialSheet, standing: MaterialStanding, *, expires_at: datetime) -> MaterialToSignOut:
        name, leader = sheet.body.name, sheet.leader
        return cls(
            material=MaterialOut.of(sheet.material, standing, list(sheet.said), list(sheet.files)),
            unit_name=Message(name.zh, name.en),
            sent_by=sheet.sent_by,
            leader="" if leader is None else leader.name or "",
            title="" if leader is None else leader.title,
            expires_at=expires_at,
        )


class MaterialsOut(BaseModel):
    """Everybody who owes material for the month, as far as the reader may see them."""

    period: Month
    due_on: date
    items: list[BodyMaterialOut]


class SeenOut(BaseModel):  # a copy: what an act says
    """Who has seen this revision as head of the unit, as the unit says."""

    head: str
    title: str
    seen_on: date
    by: str
    seq: int


class MaterialSignatureOut(BaseModel):  # a copy: what an act says of a signature
    """Who signed this revision as leader in charge, and how."""

    leader: str
    title: str
    how: str
    by: str
    recorded_at: Moment
    seq: int


class TaskSaidOut(BaseModel):  # a copy: the number is called `report` here
    """A task report that the material carries."""

    task: int
    state: TaskState
    text: str
    evidence: str
    report: int

    @classmethod
    def of(cls, said: SaidOfTask) -> TaskSaidOut:
        return cls(task=said.task, state=said.state, text=said.text, evidence=said.evidence, report=said.seq)


class MaterialOut(BaseModel):  # a copy: acts, reports and files together
    """A unit's material as it stands."""

    id: int
    unit: str
    period: Month
    revision: int
    summary: str
    problems: str
    next_month: str
    reason: str
    sent_by: str
    sent_at: Moment
    first_sent_at: Moment
    status: MaterialStatus
    on_time: bool | None
    days_late: int | None
    tasks: list[TaskSaidOut]
    attachments: list[Attachment]
    seen: SeenOut | None
    signed: MaterialSignatureOut | None

    @classmethod
    def of(
        cls, found: Material, standing: MaterialStanding, said: list[SaidOfTask], files: list[Attachment]
    ) -> MaterialOut:
        sent, seen, signed = found.sent, found.seen, found.signed
        return cls(
            **{name: getattr(sent, name) for name in ("id", "unit", "period", "revision")},
            **{name: getattr(sent, name) for name in ("summary", "problems", "next_month", "reason")},
            sent_by=sent.actor,
            sent_at=sent.recorded_at,
            first_sent_at=found.first_sent_at,
            status=standing.status,
            on_time=standing.on_time,
            days_late=standing.days_late,
            tasks=[TaskSaidOut.of(one) for one in said],
            attachments=files,
            seen=None
            if seen is None
            else SeenOut(
                **{name: seen.detail[name] for name in ("head", "title", "seen_on")}, by=seen.actor, seq=seen.seq
            ),
            signed=None
            if signed is None
            else MaterialSignatureOut(
                **{name: signed.detail[name] for name in ("leader", "title", "how")},
                by=signed.actor,
                recorded_at=signed.recorded_at,
                seq=signed.seq,
            ),
        )
