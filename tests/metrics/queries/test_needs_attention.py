"""What needs attention as a query: the same however far back courses were read, and for whom it is."""

from __future__ import annotations

from datetime import date

from metrics.attention import Reason
from metrics.commands.override_light import override_light
from metrics.commands.submission_version import find_version
from metrics.commands.verify_submission import verify_submission
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.periods import JudgedMonth
from metrics.principal import Role
from metrics.queries.needs_attention import attention_among, watched_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import View, view_at
from metrics.results import Light
from metrics.submission_states import Action
from tests.metrics.queries.test_views import BUREAU, post
from tests.people import person

SEPTEMBER, CODE = date(2019, 9, 1), "TG-05A"


def listed(
    session: WriteSession, view: View, *, period: date = SEPTEMBER, whole: bool = False
) -> list[tuple[Reason, str, str, date | None, int]]:
    month = JudgedMonth.of(period)
    targets = None if whole else watched_targets(view, on=month.on)
    judged = progress_by_unit(session, view, month=month, targets=targets, whole_courses=whole)
    found = attention_among(session, view, judged)
    assert found is not None
    return [
        (one.reason, one.unit_code, one.verdict.target_code if one.verdict else "", one.since, one.months)
        for one in found.things(judged.some(found.judged_rows))
    ]


def test_the_list_is_the_same_however_far_back_it_was_read(session: WriteSession) -> None:
    for month in ("2019-05", "2019-06", "2019-07", "2019-08", "2019-09"):
        post(session, "441202", month, items_online=699)
    post(session, "441203", "2019-06")
    standing = find_version(session, unit="441202", period=SEPTEMBER)
    assert standing is not None
    verify_submission(session, principal=BUREAU, submission_id=standing.id, action=Action.SEND_BACK, reason="复核")
    now = view_at(session)
    found = listed(session, now)
    assert found == listed(session, now, whole=True)
    assert found == listed(session, view_at(session, as_of=newest_seq(session)))
    about = {(unit, target): (reason, since, months) for reason, unit, target, since, months in found}
    assert about["441202", "TG-05A"] == (Reason.BEHIND, None, 0)
    assert about["441202", ""] == (Reason.SENT_BACK, None, 0)
    assert about["441203", ""] == (Reason.STALE, date(2019, 7, 1), 3)
    assert about["441204", ""] == (Reason.STALE, date(2019, 5, 1), 5)  # never reported, since anybody did
    assert ("ZQ-YUEGUI", "") not in about  # may report, is not expected to


def test_what_was_red_the_month_before_is_not_newly_red(session: WriteSession) -> None:
    """70 % is due on 30 September: in September the line decides, later the value of the month alone."""
    online = {"2019-09": 650, "2019-10": 650, "2019-11": 650, "2019-12": 710, "2020-01": 650}
    for month, items in online.items():
        post(session, "441202", month, items_online=items)
    found: dict[str, tuple[Reason, date | None]] = {}
    for month in ("2019-10", "2019-11", "2020-01"):
        for reason, unit, target, since, _ in listed(
            session, view_at(session), period=date.fromisoformat(f"{month}-01")
        ):
            if (unit, target) == ("441202", CODE):
                found[month] = (reason, since)
    assert found == {
        "2019-10": (Reason.NEWLY_RED, date(2019, 10, 1)),
        "2019-11": (Reason.OVERDUE, None),
        "2020-01": (Reason.NEWLY_RED, date(2020, 1, 1)),
    }


def test_a_light_set_by_hand_is_in_the_list(session: WriteSession) -> None:
    post(session, "441202", "2019-08")
    post(session, "441202", "2019-09", items_online=900)
    before = listed(session, view_at(session))
    evaluator = person(session, "han", role=Role.EVALUATOR)
    override_light(
        session,
        principal=evaluator,
        unit="441202",
        target="TG-05A",
        period=SEPTEMBER,
        light=Light.RED,
        reason="已核实",
    )
    after = listed(session, view_at(session))
    assert [row for row in after if row not in before] == [(Reason.SET_BY_HAND, "441202", "TG-05A", None, 0)]
