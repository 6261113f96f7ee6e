"""The dataset `announcements`: the release calendar, every day that was announced, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from metrics.announcements import Announcement, AnnouncementAct, AnnouncementState
from metrics.database import ReadSession
from metrics.periods import format_period
from metrics.plan.model import Text
from metrics.publish import columns as c
from metrics.publish.columns import column, flag, instant, iso
from metrics.publish.dataset import EVERYWHERE, Dataset, Kind, Pull
from metrics.queries.announcements import announcements
from metrics.queries.slips import day_of_view
from metrics.queries.view import View

STATES = {
    AnnouncementState.AHEAD.value: Text(zh="待发布", en="ahead"),
    AnnouncementState.PASSED.value: Text(zh="逾期未发布", en="passed"),
    AnnouncementState.PUBLISHED.value: Text(zh="已发布", en="published"),
    AnnouncementState.WITHDRAWN.value: Text(zh="已取消", en="withdrawn"),
}


@dataclass(frozen=True, slots=True)
class AnnouncedDay:
    """One act with what it is about, as that stands on the day `on`; `told`: the reader is told by whom."""

    of: Announcement
    act: AnnouncementAct
    on: date
    told: bool


def _days(session: ReadSession, view: View, pull: Pull) -> Iterator[AnnouncedDay]:
    on = day_of_view(view)
    found = announcements(session, timezone=view.plan.document.timezone, until=view.seq)
    days = [
        AnnouncedDay(one, act, on, not view.public)
        for one in found
        if (not pull.states or one.state(on).value in pull.states)
        if _about(one, pull)
        for act in one.acts
    ]
    yield from sorted(days, key=lambda day: day.act.seq)


def _about(one: Announcement, pull: Pull) -> bool:
    if one.period is not None:
        return pull.wants(one.period)
    return not pull.periods and pull.period_from is None and pull.period_to is None


ANNOUNCEMENTS = Dataset[AnnouncedDay](
    name="announcements",
    title=Text(zh="发布日程", en="Release calendar"),
    grain=Text(
        zh="一行为一次预告、调整或取消,所预告的现状写在每一行",
        en="One row per act: announced, moved or withdrawn; each with how what it is about stands",
    ),
    columns=(
        c.SEQ.of(lambda day, _: day.act.seq),
        column(
            "announcement",
            Kind.INTEGER,
            "预告编号:首次预告的序号",
            "Which announcement: the sequence number of its first row",
            lambda day, _: day.of.seq,
        ),
        column(
            "action",
            Kind.CODE,
            "办理:announce 预告、move 调整日期、withdraw 取消",
            "What was done: announce, move, withdraw",
            lambda day, _: day.act.action.value,
        ),
        column(
            "what",
            Kind.CODE,
            "发布什么:release 数据发布、bulletin 通报",
            "What is to be published: release, bulletin",
            lambda day, _: day.of.what.value,
        ),
        column(
            "period",
            Kind.PERIOD,
            "所涉报告期,数据发布可为空",
            "Period that it is about; a release may have none",
            lambda day, _: None if day.of.period is None else format_period(day.of.period),
        ),
        column(
            "title",
            Kind.TEXT,
            "名称,通报可为空",
            "Title; a bulletin may have none",
            lambda day, _: day.of.title or None,
        ),
        column(
            "due_before", Kind.DATE, "此前预告的日期", "Day announced until then", lambda day, _: iso(day.act.before)
        ),
        column("due_on", Kind.DATE, "预告的日期", "Day announced from then on", lambda day, _: iso(day.act.due_on)),
        column(
            "slip_days",
            Kind.INTEGER,
            "推迟天数,负数为提前,未调整为空",
            "Days it was put off, negative: brought forward; empty: not moved",
            lambda day, _: day.act.slip_days,
        ),
        c.REASON.of(lambda day, _: day.act.reason or None),
        flag(
            "after_the_day",
            "是否在原定日期过后才说明",
            "Whether it was said only after the day announced before",
            lambda day, _: day.act.after_the_day,
        ),
        flag("newest", "是否最近一次", "Whether it is the newest act", lambda day, _: day.act is day.of.acts[-1]),
        column(
            "state",
            Kind.CODE,
            "现状:ahead 待发布、passed 逾期未发布、published 已发布、withdrawn 已取消",
            "How it stands: ahead, passed (its day has, without publication), published, withdrawn",
            lambda day, _: day.of.state(day.on).value,
        ),
        column(
            "published_as",
            Kind.INTEGER,
            "所发布的数据发布序号或通报版次",
            "Number of the release, or version of the bulletin, that was published",
            lambda day, _: None if day.of.published is None else day.of.published.number,
        ),
        column(
            "published_on",
            Kind.DATE,
            "发布日",
            "Day of publication",
            lambda day, _: None if day.of.published is None else iso(day.of.published.on),
        ),
        column(
            "days_late",
            Kind.INTEGER,
            "比最近预告的日期晚的天数,负数为提前;待发布、已取消为空",
            "Days after the day announced last, negative: before it; empty: ahead or withdrawn",
            lambda day, _: day.of.days_late(day.on),
        ),
        column("evaluated_on", Kind.DATE, "判定日", "Day on which it is judged", lambda day, _: iso(day.on)),
        column(
            "announced_by",
            Kind.TEXT,
            "办理人",
            "Who did it",
            lambda day, _: (day.act.actor or None) if day.told else None,
        ),
        c.RECORDED_AT.of(lambda day, _: instant(day.act.recorded_at)),
    ),
    order=("seq",),
    parameters=EVERYWHERE | {"period", "period_from", "period_to", "state"},
    states=STATES,
    records=_days,
)
