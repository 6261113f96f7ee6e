"""What a dry run answers is what files show once the revision is recorded, and nothing else differs."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from api.schemas.targets import MonthMovesOut, RankMoveOut, VerdictMoveOut
from metrics.commands import revise_target as revise_target_module
from metrics.commands.revise_target import TriedTarget, _tried, create_target, revise_target, try_target
from metrics.database import WriteSession
from metrics.errors import Conflict, Forbidden, Invalid
from metrics.ledger.entry import Place, newest_seq, next_place
from metrics.models import PlanRecord
from metrics.periods import format_period, last_day
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from tests.beginnings import beginning
from tests.matrices import WHOLE
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, new_target, revision
from tests.metrics.publish.pulling import pulled, rows
from tests.metrics.queries.test_views import post

CODE, DUANZHOU, DINGHU, CITY = "TG-05A", "441202", "441203", "441200"
UNITS = [DUANZHOU, DINGHU, "441204"]
MONTHS = ["2019-07", "2019-08", "2019-09", "2019-10"]
PROGRESS = ("comparator", "threshold", "due_on", "status", "timing", "light", "value", "gap", "shortfall")
MORE = ("required_pace", "projected_value", "projected_on")


@beginning
def figures(session: WriteSession) -> None:
    """Four months of three units, drawn so that values lie about the thresholds."""
    draw = random.Random(15)
    for unit in UNITS:
        for month in MONTHS:
            if (unit, month) != (DINGHU, "2019-09"):
                post(session, unit, month, items_online=draw.choice([650, 690, 699, 700, 710, 760]))


def shown_in(session: WriteSession) -> dict[tuple[str, ...], dict[str, str]]:
    """Everything that files show of every month: verdicts, places, gates."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for month in MONTHS:
        for row in rows(pulled(session, "progress", period=month)):
            found["verdict", month, row["unit_code"], row["target_code"]] = row
        for row in rows(pulled(session, "leaderboard", period=month)):
            found["rank", month, row["unit_code"]] = row
        for row in rows(pulled(session, "gates", period=month)):
            found["gate", month, row["phase_code"], row["unit_code"], row["target_code"]] = {"verdict": row["verdict"]}
    return found


def moved_in(tried: TriedTarget) -> set[tuple[str, ...]]:
    """The same places of what a dry run answers."""
    found: set[tuple[str, ...]] = set()
    for month in tried.months:
        if month.month.on != last_day(month.month.period):
            continue
        name = format_period(month.month.period)
        found |= {("verdict", name, move.unit, move.target) for move in month.verdicts}
        found |= {("rank", name, move.unit) for move in month.ranks}
        found |= {("gate", name, move.phase, move.unit, move.target) for move in month.gates if move.target}
    return found


def drawn_revision(draw: random.Random) -> dict[str, Any]:
    """A revision of CODE such as an evaluator may send: of the threshold, the date, the way, for all or for some."""
    since = draw.choice(["2019-07-01", "2019-08-15", "2019-09-30", "2019-10-31", "2019-12-01"])
    body: dict[str, Any] = {"effective_from": since, "reason": "调整", "citations": [CITATION]}
    units = draw.sample(UNITS, draw.choice([0, 1, 2]))
    if units:
        body["for_units"] = units
    changed = draw.sample(["threshold", "due_on", "trajectory", "verification_window", "name"], draw.choice([1, 2]))
    due_on = draw.choice(["2019-12-31", "2020-03-31"])
    if {"due_on", "trajectory", "verification_window"} & set(changed):
        body["due_on"] = due_on
    if "threshold" in changed or (units and changed == ["name"]):
        body["threshold"] = draw.choice(["65", "69.9", "75", "70.5"])
    if "trajectory" in changed:
        body["trajectory"] = [{"on": "2019-08-31", "value": "60"}, {"on": "2019-10-31", "value": "64.5"}]
    if "verification_window" in changed:
        body["verification_window"] = {"start": "2020-01-01", "end": "2020-06-30"}
    if "name" in changed:
        body["name"] = {"zh": "网上可办率", "en": "Online"}
    return body


@pytest.mark.usefixtures("figures")
def test_a_dry_run_answers_exactly_what_files_show_otherwise_once_it_is_recorded(session: WriteSession) -> None:
    before = shown_in(session)
    for seed in range(8 if WHOLE else 3):
        body = drawn_revision(random.Random(seed))
        tried = try_target(session, principal=EVALUATOR, code=CODE, body=body, every_month=True)
        place = newest_seq(session)
        with session.begin_nested() as together:
            recorded = revise_target(session, CODE, principal=EVALUATOR, body=body, tried=tried.digest)
            assert recorded.target == tried.target
            after = shown_in(session)
            assert shown_in_past(session, place) == before_rows(before)
            together.rollback()
        differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert moved_in(tried) == differing, body
        figures_agree(tried, before, after)
        named = set(body.get("for_units", UNITS)) | ({CITY} if "for_units" not in body else set())
        judged = {move.unit for month in tried.months for move in month.verdicts if status_moves(move)}
        assert judged <= named | (set() if "for_units" in body else set(plan_at(session).unit_by_code)), body


def status_moves(move: Any) -> bool:
    """True if more than the way its value is written differs."""
    return move.before is None or move.after is None or move.before.verdict.status != move.after.verdict.status


def shown_in_past(session: WriteSession, place: int) -> list[dict[str, str]]:
    return rows(pulled(session, "progress", period="2019-09", as_of=str(place)))


def before_rows(before: Mapping[tuple[str, ...], dict[str, str]]) -> list[dict[str, str]]:
    return [row for key, row in before.items() if key[:2] == ("verdict", "2019-09")]


def figures_agree(
    tried: TriedTarget,
    before: Mapping[tuple[str, ...], dict[str, str]],
    after: Mapping[tuple[str, ...], dict[str, str]],
) -> None:
    """What the answer says of before and after is what stands in the files."""
    for month in tried.months:
        name = format_period(month.month.period)
        if month.month.on != last_day(month.month.period):
            continue
        for move in month.verdicts:
            out = VerdictMoveOut.of(move).model_dump(mode="json")
            for side, shown in (("before", before), ("after", after)):
                row = shown[("verdict", name, move.unit, move.target)]
                assert {field: row[field] for field in (*PROGRESS, *MORE)} == as_cells(out[side])
        for rank in month.ranks:
            told = RankMoveOut.of(rank).model_dump(mode="json")
            for side, shown in (("before", before), ("after", after)):
                row = shown[("rank", name, rank.unit)]
                assert (row["rank"], row["score"]) == tuple(as_text(told[side][field]) for field in ("rank", "score"))


def as_cells(out: Mapping[str, Any]) -> dict[str, str]:
    return {field: as_text(out[field]) for field in (*PROGRESS, *MORE)}


def as_text(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.usefixtures("figures")
def test_a_revision_that_begins_later_is_tried_on_its_first_day(session: WriteSession) -> None:
    body = revision(threshold="60", citations=[CITATION], effective_from="2021-01-01", due_on="2021-06-30")
    tried = try_target(session, principal=EVALUATOR, code=CODE, body=body, every_month=True)
    now, then = tried.months
    assert not now.changes
    assert (then.month.on, then.period) == (date(2021, 1, 1), now.period)
    assert then.verdicts
    assert tried.changes


@pytest.mark.usefixtures("figures")
def test_what_changed_since_it_was_tried_is_not_recorded_unseen(session: WriteSession) -> None:
    body = revision(threshold="65", citations=[CITATION], effective_from="2019-08-01")
    tried = try_target(session, principal=EVALUATOR, code=CODE, body=body)
    post(session, DUANZHOU, "2019-10", items_online=500)
    with pytest.raises(Conflict) as refused:
        revise_target(session, CODE, principal=EVALUATOR, body=body, tried=tried.digest)
    assert refused.value.code == "tried_changed"
    again = try_target(session, principal=EVALUATOR, code=CODE, body=body)
    assert revise_target(session, CODE, principal=EVALUATOR, body=body, tried=again.digest).target.revision == 2


@pytest.mark.usefixtures("figures")
@pytest.mark.parametrize("comes", [False, True])
def test_it_is_looked_at_before_the_ledger_is_held_and_once_more_if_something_came_in_between(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, comes: bool
) -> None:
    body = revision(threshold="65", citations=[CITATION], effective_from="2019-08-01")
    tried = try_target(session, principal=EVALUATOR, code=CODE, body=body)
    done = list[str]()

    def place(session: WriteSession, *, simulated: datetime | None = None) -> Place:
        if comes:
            post(session, DUANZHOU, "2019-10", items_online=500)
        done.append("held")
        return next_place(session, simulated=simulated)

    def looked(*given: Any, **named: Any) -> TriedTarget:
        done.append("looked")
        return _tried(*given, **named)

    monkeypatch.setattr(revise_target_module, "next_place", place)
    monkeypatch.setattr(revise_target_module, "_tried", looked)
    if comes:
        with pytest.raises(Conflict):
            revise_target(session, CODE, principal=EVALUATOR, body=body, tried=tried.digest)
    else:
        revise_target(session, CODE, principal=EVALUATOR, body=body, tried=tried.digest)
    assert done == ["looked", "held", *(["looked"] if comes else [])]


@pytest.mark.usefixtures("figures")
def test_a_dry_run_stores_nothing_and_refuses_what_recording_refuses(session: WriteSession) -> None:
    place, known = newest_seq(session), session.query(PlanRecord).count()
    new = try_target(session, principal=EVALUATOR, code=None, body=new_target(effective_from="2019-08-01"))
    assert {move.target for month in new.months for move in month.verdicts} == {"TG-NEW"}
    assert all(move.before is None for month in new.months for move in month.verdicts)
    with pytest.raises(Invalid):
        try_target(session, principal=EVALUATOR, code=CODE, body=revision())
    with pytest.raises(Forbidden):
        try_target(session, principal=Principal(9, "x", "x", Role.CLERK), code=CODE, body=revision())
    assert (newest_seq(session), session.query(PlanRecord).count()) == (place, known)
    assert create_target(session, principal=EVALUATOR, body=new_target(effective_from="2019-08-01")).seq == place + 1


def test_gates_and_scores_are_written_as_the_api_writes_them(session: WriteSession, figures: None) -> None:
    body = revision(threshold="65", citations=[CITATION], effective_from="2019-08-01")
    first = try_target(session, principal=EVALUATOR, code=CODE, body=body).months[0]
    assert first.gates
    assert first.sheets
    out = MonthMovesOut.of(first).model_dump(mode="json")
    assert len(out["gates"]) == len(first.gates)
    assert all(move["before"] != move["after"] for move in out["gates"])
    assert all(
        (move["score_before"], move["rank_before"]) != (move["score_after"], move["rank_after"])
        for move in out["scores"]
    )


def test_what_is_projected_or_needed_is_written_on_its_own_side_as_in_the_files(session: WriteSession) -> None:
    """699 items and one more a month, due a day before the month's end: 69.9967 is not 70.00. A pace of −0.00004 is
    not 0.00."""
    for month, online in (("2019-06", 697), ("2019-07", 698), ("2019-08", 699)):
        post(session, DUANZHOU, month, items_online=online, startups=40, startup_days=Decimal("40.1"))
    for code, due_on, field, written in (
        (CODE, "2019-09-29", "projected_value", "69.99"),
        ("TG-06A", "2024-12-31", "required_pace", "-0.01"),
    ):
        body = revision(due_on=due_on, effective_from="2019-08-01")
        tried = try_target(session, principal=EVALUATOR, code=code, body=body)
        (move,) = [one for one in tried.months[0].verdicts if (one.unit, one.target) == (DUANZHOU, code)]
        assert VerdictMoveOut.of(move).model_dump(mode="json")["after"][field] == written
        revise_target(session, code, principal=EVALUATOR, body=body)
        (row,) = rows(pulled(session, "progress", period="2019-08", unit=DUANZHOU, target=code))
        assert row[field] == written
