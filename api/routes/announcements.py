"""The release calendar: on which day what will be published; announced, moved and withdrawn by evaluators."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Path
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from api.answers import json_answer
from api.attachment import attachment
from api.dataset_schemas import Language
from api.dependencies import ReadDatabase, WriteDatabase
from api.json_body import JsonBody, as_model, documented
from api.security.dependencies import CurrentPrincipal, Reader
from metrics.announcements import Announced, Announcement
from metrics.commands.announce_publication import (
    AnnouncementGiven,
    AnnouncementRecorded,
    announce,
    move_announcement,
    withdraw_announcement,
)
from metrics.periods import format_period
from metrics.plan.store import plan_at
from metrics.principal import Scope
from metrics.publish.as_icalendar import MEDIA_TYPE, release_calendar
from metrics.publish.citation import ledger_identity
from metrics.queries.announcements import announcements
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.settings import settings

router = APIRouter(prefix="/announcements", tags=["releases"])

Seq = Annotated[int, Path(ge=1, le=2**53, description="The announcement: its entry in the ledger")]
_READ: dict[int | str, dict[str, Any]] = {401: {"description": "Nobody known is asking"}}
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "Not readable"},
    401: {"description": "Nobody known is asking"},
    403: {"description": "Not allowed"},
    409: {"description": "It is announced already, published, or withdrawn"},
    413: {"description": "Body too large"},
    415: {"description": "Not JSON"},
    422: {"description": "Refused, with every bad place"},
}
_NAMED: dict[int | str, dict[str, Any]] = {**_REFUSED, 404: {"description": "No such announcement"}}
Day = Annotated[str, Field(max_length=10, description="YYYY-MM-DD, a local day, today or later")]
Reason = Annotated[str, Field(max_length=2000)]


class AnnouncementBody(BaseModel):
    """What will be published, and on which day. A release needs `title`, a bulletin `period`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"what": "release", "title": "2019年三季度数据", "period": "2019-09", "due_on": "2999-12-31"}]
        },
    )

    what: Literal["release", "bulletin"]
    due_on: Day
    period: Annotated[str, Field(max_length=7, description="YYYY-MM")] = ""
    title: Annotated[str, Field(max_length=200)] = ""


class MoveBody(BaseModel):
    """The new day, and why."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"due_on": "2999-12-31", "reason": "三县补报未齐"}]}
    )

    due_on: Day
    reason: Reason


class AnnouncementWithdrawalBody(BaseModel):
    """Why it will not be published."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "并入年报发布"}]})

    reason: Reason


class AnnouncementActOut(BaseModel):  # a copy: who did it is not told to strangers
    """What was said of the day, when, and why. `slip_days`: days put off, negative: brought forward."""

    seq: int
    action: str
    due_on: str
    slip_days: int | None
    after_the_day: bool
    reason: str
    recorded_at: datetime


class AnnouncementOut(BaseModel):
    """One announcement as it stands today. `published_as`: number of the release, or version of the bulletin.

    `days_late`: from the day announced last to publication, or by which it has passed; null while it is ahead.
    """

    announcement: int
    what: str
    period: str | None
    title: str
    first_due_on: str
    due_on: str
    state: str
    days_late: int | None
    published_as: int | None
    published_on: str | None
    acts: list[AnnouncementActOut]


class AnnouncementsOut(BaseModel):
    """The whole calendar, by the day announced last."""

    items: list[AnnouncementOut]


@router.get("", response_model=AnnouncementsOut, responses=_READ)
def list_announcements(_: Reader, session: ReadDatabase) -> Response:
    """The release calendar as it stands today, every change of a date with its reason."""
    found, today = _calendar(session)
    return JSONResponse({"items": [_out(one, today) for one in found]})


@router.get(
    ".ics",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}, **_READ},
)
def calendar_file(_: Reader, session: ReadDatabase, lang: Language = Language.ZH) -> Response:
    """The release calendar to subscribe to (iCalendar, RFC 5545): a moved date moves there too."""
    found, today = _calendar(session)
    synthetic = is_demonstration_loaded(session)
    content = release_calendar(
        found,
        plan_at(session),
        today=today,
        ledger=ledger_identity(session),
        address=settings().public_url.rstrip("/"),
        language=lang.value,
        synthetic=synthetic,
    )
    headers = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    named = attachment("biaochi-release-calendar", "ics", synthetic=synthetic)
    return Response(content, media_type=f"{MEDIA_TYPE}; charset=utf-8", headers=headers | named)


@router.post(
    "",
    status_code=201,
    response_model=AnnouncementRecorded,
    openapi_extra=documented(AnnouncementBody),
    responses=_REFUSED,
)
def post_announcement(principal: CurrentPrincipal, body: JsonBody, session: WriteDatabase) -> Response:
    """Announce on which day a release or the bulletin of a month will be published (evaluators)."""
    principal.require(Scope.REVISE_TARGET)
    sent = as_model(AnnouncementBody, body)
    given = AnnouncementGiven(Announced(sent.what), sent.due_on, sent.period, sent.title.strip())
    return json_answer(announce(session, principal=principal, given=given), status=201)


@router.post(
    "/{announcement}/move",
    status_code=201,
    response_model=AnnouncementRecorded,
    openapi_extra=documented(MoveBody),
    responses=_NAMED,
)
def move(principal: CurrentPrincipal, announcement: Seq, body: JsonBody, session: WriteDatabase) -> Response:
    """Announce another day for it, with the reason. The days announced before stay on record."""
    principal.require(Scope.REVISE_TARGET)
    sent = as_model(MoveBody, body)
    done = move_announcement(session, announcement, principal=principal, due_on=sent.due_on, reason=sent.reason.strip())
    return json_answer(done, status=201)


@router.post(
    "/{announcement}/withdraw",
    status_code=201,
    response_model=AnnouncementRecorded,
    openapi_extra=documented(AnnouncementWithdrawalBody),
    responses=_NAMED,
)
def withdraw(principal: CurrentPrincipal, announcement: Seq, body: JsonBody, session: WriteDatabase) -> Response:
    """Say that it will not be published, with the reason."""
    principal.require(Scope.REVISE_TARGET)
    reason = as_model(AnnouncementWithdrawalBody, body).reason.strip()
    return json_answer(withdraw_announcement(session, announcement, principal=principal, reason=reason), status=201)


def _calendar(session: ReadDatabase) -> tuple[tuple[Announcement, ...], date]:
    """Every announcement, and the local day on which it is judged."""
    timezone = plan_at(session).document.timezone
    return announcements(session, timezone=timezone), datetime.now(ZoneInfo(timezone)).date()


def _out(one: Announcement, today: date) -> dict[str, Any]:
    published = one.published
    return {
        "announcement": one.seq,
        "what": one.what.value,
        "period": None if one.period is None else format_period(one.period),
        "title": one.title,
        "first_due_on": one.first_due_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state(today).value,
        "days_late": one.days_late(today),
        "published_as": None if published is None else published.number,
        "published_on": None if published is None else published.on.isoformat(),
        "acts": [
            {
                "seq": act.seq,
                "action": act.action.value,
                "due_on": act.due_on.isoformat(),
                "slip_days": act.slip_days,
                "after_the_day": act.after_the_day,
                "reason": act.reason,
                "recorded_at": act.recorded_at.isoformat(),
            }
            for act in one.acts
        ],
    }
