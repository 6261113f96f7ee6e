"""What turned goes out once: by e-mail to each follower who has an address, and once to groups."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from metrics.commands.follow import follow
from metrics.commands.note_turns import note_turns
from metrics.database import Sessions, WriteSession
from metrics.models import User
from metrics.principal import Role
from metrics.queries.turned_reminders import due_turned_reminders
from tests.databases import Database
from tests.mailboxes import Mailbox
from tests.metrics.queries.test_views import post
from tests.people import person
from tests.reminding import by_mail, send

CODE, DUANZHOU, DINGHU = "TG-05A", "441202", "441203"
NOW = datetime(2019, 10, 20, 3, tzinfo=UTC)  # no day on which anything else is due


def test_each_follower_is_written_to_once_and_a_group_is_told_once(session: WriteSession, box: Mailbox) -> None:
    for unit in (DUANZHOU, DINGHU):
        post(session, unit, "2019-09", items_online=630)
    for name in ("han", "yu", "mo"):
        who = person(session, name, role=Role.EVALUATOR)
        follow(session, principal=who, unit="" if name == "han" else DUANZHOU, target=CODE, now=NOW)
    for name in ("han", "yu"):
        address = f"{name}@bureau.example"
        session.execute(update(User).where(User.username == name).values(email=address))
    entry = post(session, DUANZHOU, "2019-09", items_online=700)
    assert note_turns(session, now=NOW) == 3
    given = by_mail(box, public_url="https://gauge.example/")
    assert send(given, NOW) == 2
    assert send(given, NOW + timedelta(hours=1)) == 0
    assert sorted(box.recipients) == ["han@bureau.example", "yu@bureau.example"]
    one = box.messages[0]
    assert one["Subject"] == "[标尺] 端州区 TG-05A 滞后→达标 / Status turned: 1"
    body = one.get_content()
    assert "端州区 TG-05A" in body
    assert "滞后 → 达标。2019-09 数据 70.00 %\uff0c目标 ≥ 70 %\uff0c期限 2019-09-30" in body
    assert f"原因\uff1a数据有报送、更正或审核变动\uff08序号 {entry}\uff09" in body
    assert "behind → met. 2019-09: 70.00 %, target ≥ 70 %, due 2019-09-30" in body
    assert "https://gauge.example/targets/TG-05A?unit=441202" in body
    groups = [told for told in due_turned_reminders(session, now=NOW) if told.is_for_groups]
    assert [(told.subject, len(told.turns)) for told in groups] == [(f"group {entry}", 1)]


def test_after_some_days_nobody_is_written_to_any_more(session: WriteSession, box: Mailbox) -> None:
    post(session, DUANZHOU, "2019-09", items_online=630)
    who = person(session, "han", role=Role.EVALUATOR)
    session.execute(update(User).where(User.username == "han").values(email="han@bureau.example"))
    follow(session, principal=who, unit="", target=CODE, now=NOW)
    post(session, DUANZHOU, "2019-09", items_online=700)
    assert note_turns(session, now=NOW) >= 1
    assert send(by_mail(box), NOW + timedelta(days=4)) == 0


def test_a_follow_made_while_turns_are_noted_is_written_to_as_well(clean_database: Database) -> None:
    """It is not there yet for who notes, and is noted up to the same entry the next time."""
    sessions = Sessions(clean_database.engine)
    with sessions.write() as session:
        for unit in (DUANZHOU, DINGHU):
            post(session, unit, "2019-09", items_online=630)
        han = person(session, "han", role=Role.EVALUATOR)
        session.execute(update(User).where(User.username == "han").values(email="han@bureau.example"))
        follow(session, principal=han, unit=DUANZHOU, target=CODE, now=NOW)
    with sessions.write() as following:
        follow(following, principal=han, unit=DINGHU, target=CODE, now=NOW)
        with sessions.write() as noting:
            for unit in (DUANZHOU, DINGHU):
                entry = post(noting, unit, "2019-09", items_online=700)
            assert note_turns(noting, now=NOW) == 1
    with sessions.read() as session:
        told = [(one.subject, one.turns[0].unit) for one in due_turned_reminders(session, now=NOW)]
    assert told == [(f"{han.user_id} {entry}", DUANZHOU), (f"group {entry}", DUANZHOU)]
    later = NOW + timedelta(minutes=15)
    with sessions.write() as session:
        assert note_turns(session, now=later) == 1
        assert note_turns(session, now=later) == 0
    with sessions.read() as session:
        due = due_turned_reminders(session, now=later)
    assert [(one.subject, one.turns[0].unit) for one in due[:2]] == told  # known by the same name: not sent again
    assert [(one.is_for_groups, [turn.unit for turn in one.turns]) for one in due[2:]] == [
        (False, [DINGHU]),
        (True, [DINGHU]),
    ]
    assert len({one.subject for one in due}) == len(due)
