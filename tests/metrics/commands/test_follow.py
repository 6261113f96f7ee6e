"""Following: told once whenever a status turns, with why; nobody else is, and nobody who may not see verdicts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from metrics.commands.follow import MOST_FOLLOWED, follow, see_turns, unfollow
from metrics.commands.note_turns import note_turns
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, NotFound
from metrics.models import Follow, User
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.queries.follows import TurnNoticed, followed_by, turns_noticed, unseen_turns
from metrics.queries.status_turns import TurnCause
from metrics.results import Status
from metrics.settings import settings
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post
from tests.people import person

CODE, DUANZHOU, DINGHU = "TG-05A", "441202", "441203"
NOW = datetime(2019, 10, 8, 2, tzinfo=UTC)


@pytest.fixture
def han(session: WriteSession) -> Principal:
    """An evaluator; two units have reported, one above 70 % and one below."""
    for unit, online in ((DUANZHOU, 630), (DINGHU, 710)):
        post(session, unit, "2019-09", items_online=online)
    return person(session, "han", role=Role.EVALUATOR)


def follows(session: WriteSession, who: Principal, *, unit: str = "", target: str = "") -> int:
    return follow(session, principal=who, unit=unit, target=target, now=NOW).id


def told(session: WriteSession, who: Principal) -> list[tuple[str, str, str, str]]:
    return [(t.unit, t.target, t.told.before.value, t.told.after.value) for t in turns_noticed(session, who)]


def the_turn(session: WriteSession, who: Principal) -> TurnNoticed:
    (turn,) = turns_noticed(session, who)
    return turn


def test_a_turn_is_told_once_with_what_turned_it(session: WriteSession, han: Principal) -> None:
    other = person(session, "yu", role=Role.EVALUATOR)
    follows(session, han, unit=DUANZHOU, target=CODE)
    assert note_turns(session, now=NOW) == 0
    entry = post(session, DUANZHOU, "2019-09", items_online=700)
    assert note_turns(session, now=NOW) == 1
    assert note_turns(session, now=NOW) == 0
    turn = the_turn(session, han)
    assert (turn.unit, turn.target, turn.seq, turn.seen) == (DUANZHOU, CODE, entry, False)
    assert (turn.told.before, turn.told.after) == (Status.BEHIND, Status.MET)
    assert (turn.told.value, turn.told.comparator, turn.told.threshold) == ("70.00", ">=", "70")
    assert (turn.told.cause, turn.told.entry) == (TurnCause.FIGURES, entry)
    assert turns_noticed(session, other) == ()
    assert unseen_turns(session, han) == 1
    assert see_turns(session, principal=han, now=NOW) == 1
    assert unseen_turns(session, han) == 0
    post(session, DUANZHOU, "2019-09", items_online=701)  # no status turns
    assert note_turns(session, now=NOW) == 0
    post(session, DUANZHOU, "2019-09", items_online=600)
    assert note_turns(session, now=NOW) == 1
    assert told(session, han)[0] == (DUANZHOU, CODE, "met", "behind")


def test_whole_targets_and_whole_units_are_followed_and_nothing_is_told_twice(
    session: WriteSession, han: Principal
) -> None:
    follows(session, han, target=CODE)
    follows(session, han, unit=DUANZHOU, target=CODE)
    number = follows(session, han, unit=DUANZHOU)
    assert follows(session, han, unit=DUANZHOU) == number  # already
    post(session, DUANZHOU, "2019-09", items_online=700, items_one_window=900)
    post(session, DINGHU, "2019-09", items_online=500)
    note_turns(session, now=NOW)
    found = told(session, han)
    assert (DUANZHOU, CODE, "behind", "met") in found
    assert (DINGHU, CODE, "met", "behind") in found
    assert {unit for unit, target, *_ in found if target != CODE} <= {DUANZHOU}
    assert len(set(found)) == len(found)
    unfollow(session, number, principal=han)
    assert [(one.unit, one.target) for one in followed_by(session, han)] == [("", CODE), (DUANZHOU, CODE)]
    assert told(session, han) == found  # what was told stays


def test_what_turned_before_it_was_followed_is_not_told(session: WriteSession, han: Principal) -> None:
    post(session, DUANZHOU, "2019-09", items_online=700)
    follows(session, han, target=CODE)
    assert note_turns(session, now=NOW) == 0
    body = revision(for_units=[DUANZHOU], threshold="75", citations=[CITATION], effective_from="2019-08-01")
    recorded = revise_target(session, CODE, principal=EVALUATOR, body=body)
    assert note_turns(session, now=NOW) == 1
    turn = the_turn(session, han)
    assert (turn.told.cause, turn.told.entry, turn.told.threshold) == (TurnCause.TARGET, recorded.seq, "75")
    body = revision(for_units=[DUANZHOU], ends_own=True, effective_from="2019-08-02")
    ended = revise_target(session, CODE, principal=EVALUATOR, body=body)
    assert note_turns(session, now=NOW) == 1
    back = turns_noticed(session, han)[0].told
    assert (back.cause, back.entry, back.threshold) == (TurnCause.TARGET, ended.seq, "70")


def test_who_may_not_see_verdicts_is_told_nothing(
    session: WriteSession, han: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assessor = person(session, "pang", role=Role.ASSESSOR)
    gone = person(session, "yu", role=Role.EVALUATOR)
    for who in (han, assessor, gone):
        follows(session, who, unit=DUANZHOU, target=CODE)  # of the whole target the city turns too
    session.execute(update(User).where(User.username == "yu").values(active=False))
    monkeypatch.setenv("BIAOCHI_BLIND_ASSESSMENT", "true")
    settings.cache_clear()
    with pytest.raises(Forbidden):
        follows(session, assessor, unit=DUANZHOU)
    post(session, DUANZHOU, "2019-09", items_online=700)
    assert note_turns(session, now=NOW) == 1
    assert told(session, han)
    assert told(session, assessor) == told(session, gone) == []
    monkeypatch.delenv("BIAOCHI_BLIND_ASSESSMENT")
    settings.cache_clear()
    assert note_turns(session, now=NOW) == 0  # neither now nor later


def test_what_cannot_be_followed_is_refused(session: WriteSession, han: Principal) -> None:
    untracked = next(t.code for t in plan_at(session).targets if not t.measured)
    for unit, target, code in (
        ("", "", "follow_nothing"),
        ("999999", "", "unit_unknown"),
        ("", "TG-NONE", "target_unknown"),
        ("", untracked, "target_without_number"),
    ):
        with pytest.raises(NotFound) as refused:
            follows(session, han, unit=unit, target=target)
        assert refused.value.code == code
    other = person(session, "yu", role=Role.EVALUATOR)
    number = follows(session, other, target=CODE)
    with pytest.raises(NotFound):
        unfollow(session, number, principal=han)
    rows = [
        {"user_id": han.user_id, "unit_code": str(n), "target_code": "", "followed_at": NOW, "seen_seq": 1}
        for n in range(MOST_FOLLOWED)
    ]
    session.bulk_insert_mappings(Follow.__mapper__, rows)
    with pytest.raises(Conflict) as full:
        follows(session, han, target=CODE)
    assert full.value.code == "follows_full"
