"""Days announced for releases and bulletins: moved and withdrawn with the reason, kept by what is published."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from metrics.announcements import Announced, Announcement, AnnouncementState
from metrics.commands.announce_publication import (
    AnnouncementGiven,
    AnnouncementRecorded,
    announce,
    move_announcement,
    withdraw_announcement,
)
from metrics.commands.create_release import create_release
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid, NotFound
from metrics.principal import Principal, Role
from metrics.queries.announcement_reminders import AnnouncementReminderKind, due_announcement_reminders
from metrics.queries.announcements import announcements
from metrics.queries.due_reminders import ReminderDays
from metrics.reminders.words import announcement_words
from metrics.results import Basis
from tests.metrics.queries.test_views import BUREAU, post

EVALUATOR = Principal(3, "han", "韩", Role.EVALUATOR)
ZONE = ZoneInfo("Asia/Shanghai")
SOON, LATER = "2999-06-01", "2999-06-04"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def given(
    due_on: str = SOON, *, what: Announced = Announced.RELEASE, period: str = "", title: str = "三季度数据"
) -> AnnouncementGiven:
    return AnnouncementGiven(what, due_on, period, title)


def announced(session: WriteSession, due_on: str = SOON, title: str = "三季度数据") -> AnnouncementRecorded:
    return announce(session, principal=EVALUATOR, given=given(due_on, title=title))


def known(session: WriteSession, until: int | None = None) -> Announcement:
    (found,) = announcements(session, timezone="Asia/Shanghai", until=until)
    return found


def test_every_day_that_was_announced_is_kept_with_the_reason_of_its_change(session: WriteSession) -> None:
    first = announced(session)
    moved = move_announcement(session, first.announcement, principal=EVALUATOR, due_on=LATER, reason="三县补报未齐")
    found = known(session)
    assert (found.first_due_on.isoformat(), found.due_on.isoformat()) == (SOON, LATER)
    assert [(act.slip_days, act.reason, act.after_the_day) for act in found.acts] == [
        (None, "", False),
        (3, "三县补报未齐", False),
    ]
    assert "推迟 3 天" in found.acts[1].said.zh
    assert "put off by 3 days" in found.acts[1].said.en
    assert known(session, until=moved.seq - 1).due_on.isoformat() == SOON
    withdraw_announcement(session, first.announcement, principal=EVALUATOR, reason="并入年报")
    assert known(session).state(date.fromisoformat(SOON)) is AnnouncementState.WITHDRAWN
    with pytest.raises(Conflict, match="announcement_over"):
        move_announcement(session, first.announcement, principal=EVALUATOR, due_on=SOON, reason="又")
    with pytest.raises(Conflict, match="announcement_over"):
        withdraw_announcement(session, first.announcement, principal=EVALUATOR, reason="又")


def release(session: WriteSession, kept: int | None, simulated_at: datetime | None = None) -> int:
    made = create_release(
        session, principal=BUREAU, notes="三季度", basis=Basis.SUBMITTED, announced=kept, simulated_at=simulated_at
    )
    return made.number


def test_a_day_passes_and_says_so_until_the_release_that_keeps_it_is_out(session: WriteSession) -> None:
    post(session)
    first = announced(session)
    assert known(session).state(date.fromisoformat(SOON)) is AnnouncementState.AHEAD
    after = date.fromisoformat(SOON) + timedelta(days=2)
    assert (known(session).state(after), known(session).days_late(after)) == (AnnouncementState.PASSED, 2)
    number = release(session, first.announcement, simulated_at=at(f"{SOON}T09:00") - timedelta(days=4))
    found = known(session)
    assert found.published is not None
    assert (found.published.number, found.state(after), found.days_late(after)) == (
        number,
        AnnouncementState.PUBLISHED,
        -4,
    )
    with pytest.raises(Conflict, match="announcement_over"):
        release(session, first.announcement)
    with pytest.raises(NotFound, match="announcement_unknown"):
        release(session, 10**9)


def test_a_day_that_passed_is_moved_and_the_record_says_when_that_was_said(session: WriteSession) -> None:
    first = announce(session, principal=EVALUATOR, given=given("2019-10-12"), simulated_at=at("2019-09-02T09:00"))
    move_announcement(
        session,
        first.announcement,
        principal=EVALUATOR,
        due_on="2019-10-20",
        reason="补报",
        simulated_at=at("2019-10-14T09:00"),
    )
    act = known(session).acts[1]
    assert (act.after_the_day, act.slip_days) == (True, 8)
    assert "原定日期过后才说明" in act.said.zh


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (given("2019-10-12"), "day_passed"),
        (given("20191012"), "day_malformed"),
        (given(title=" "), "title_missing"),
        (given(title="题" * 201), "text_too_long"),
        (given(period="2019-13"), "period_malformed"),
        (given(what=Announced.BULLETIN), "period_missing"),
    ],
)
def test_what_cannot_be_announced_is_refused(session: WriteSession, sent: AnnouncementGiven, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        announce(session, principal=EVALUATOR, given=sent)


def test_only_an_evaluator_announces_and_nothing_twice(session: WriteSession) -> None:
    with pytest.raises(Forbidden):
        announce(session, principal=BUREAU, given=given())
    first = announced(session)
    with pytest.raises(Conflict, match="announced_already"):
        announced(session, due_on=LATER)
    announced(session, title="四季度数据")
    for due_on, reason, code in ((SOON, "同日", "day_unchanged"), (LATER, " ", "reason_missing")):
        with pytest.raises(Invalid, match=code):
            move_announcement(session, first.announcement, principal=EVALUATOR, due_on=due_on, reason=reason)


def test_the_bureau_is_reminded_before_the_day_and_after_it(session: WriteSession) -> None:
    announced(session)
    due, days = date.fromisoformat(SOON), ReminderDays(2, 7)

    def told(day: int) -> list[tuple[AnnouncementReminderKind, int]]:
        now = datetime.combine(due + timedelta(days=day), datetime.min.time(), ZONE)
        return [(one.kind, one.days_late) for one in due_announcement_reminders(session, now=now, days=days)]

    assert (told(-3), told(8)) == ([], [])
    assert told(-2) == told(0) == [(AnnouncementReminderKind.SOON, 0)]
    assert told(7) == [(AnnouncementReminderKind.PASSED, 7)]
    now = datetime.combine(due + timedelta(days=1), datetime.min.time(), ZONE)
    (reminder,) = due_announcement_reminders(session, now=now, days=days)
    words = announcement_words(reminder, address="https://example.org")
    assert "三季度数据" in words.subject
    assert "现已过1天仍未发布" in words.body
    assert "1 day ago" in words.body
    assert words.body.endswith("https://example.org/releases")
