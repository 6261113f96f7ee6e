"""History that is loaded is what the same submissions would be if they had been posted, and says that it was loaded."""

from __future__ import annotations

import json
import threading
import time
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from metrics.commands.load_plan import load_plan
from metrics.commands.post_submission import post_submission
from metrics.commands.submission_version import create_version
from metrics.database import Sessions, read_session, use_sessions, write_session
from metrics.errors import BiaochiError, Forbidden
from metrics.history import parts
from metrics.history.load_history import load_history
from metrics.ledger.checking.walk import check_ledger
from metrics.ledger.entry import append_all, canonical
from metrics.models import Figure, LedgerEntry, Observation, Submission, SubmissionEvent, UnitRates
from metrics.models.base import DERIVED
from metrics.plan.store import plan_at
from metrics.principal import Principal, Role
from metrics.submissions import SubmissionRequest
from tests.builders import whole_values
from tests.databases import Database
from tests.histories import Line, history_lines
from tests.metrics.history.loading import BUREAU, RECEIVED, counted, load, places, refused

UNITS = ("441202", "441203")
PERIODS = ("2019-08", "2019-09", "2019-10")


def stored() -> dict[str, list[Any]]:
    """Everything that submissions wrote, without numbers, moments and salts, of which each leaf has its own."""
    assert DERIVED == ("unit_rates",), "what else follows from submissions is to be compared as well"
    with read_session() as session:
        leaves = [
            json.loads(leaf)
            for leaf in session.scalars(
                select(LedgerEntry.leaf).where(LedgerEntry.kind == "submission").order_by(LedgerEntry.seq)
            )
        ]
        for leaf in leaves:
            del leaf["seq"], leaf["recorded_at"], leaf["submission"]
            leaf.pop("received_at", None)
        assert len({leaf.pop("salt") for leaf in leaves}) == len(leaves)
        cells = [Observation.unit_code, Observation.period, Observation.element_code, Observation.value]
        figures = [Figure.unit_code, Figure.period, Figure.element_code, Figure.value]
        rates = [UnitRates.unit_code, UnitRates.period, UnitRates.state, UnitRates.numerators, UnitRates.denominators]
        events = [SubmissionEvent.action, SubmissionEvent.revision, SubmissionEvent.actor, SubmissionEvent.detail]
        submissions = [Submission.unit_code, Submission.period, Submission.revision, Submission.state]
        tables: dict[str, Any] = {
            "observations": select(*cells).order_by(*cells[:3]),
            "figures": select(*figures).order_by(*figures[:3]),
            "rates": select(*rates).order_by(*rates[:2]),
            "events": select(*events).order_by(SubmissionEvent.seq),
            "submissions": select(*submissions).order_by(Submission.unit_code, Submission.period),
        }
        return {"leaves": leaves} | {name: [*map(tuple, session.execute(query))] for name, query in tables.items()}


def changed(period: str) -> dict[str, Any]:
    """What is another count in one month than in the form's: a flow with decimals, and a stock that jumps and warns."""
    changes: dict[str, dict[str, Any]] = {
        "2019-08": {},
        "2019-09": {"startup_days": "40.0", "startups": 41},
        "2019-10": {"systems_due": 20},
    }
    return changes[period]


def history() -> list[Line]:
    """Two units, three months, one of them without a block, the rows in no order."""
    without = {"net_county_due": None, "net_county_ok": None, "net_town_due": None, "net_town_ok": None}
    without |= {"net_village_due": None, "net_village_ok": None}
    lines = [
        line
        for unit in UNITS
        for period in PERIODS
        for line in history_lines(
            unit, period, **changed(period) | (without if (unit, period) == ("441203", "2019-08") else {})
        )
    ]
    return sorted(lines, key=lambda line: (str(line[2]), str(line[1]), str(line[0])))


def post_the_same(lines: list[Line]) -> None:
    values: dict[tuple[str, str], dict[str, Any]] = {}
    for unit, period, element, value in lines:
        values.setdefault((str(unit), str(period)), {})[str(element)] = value
    for (unit, period), sent in sorted(values.items()):
        with write_session() as session:
            request = SubmissionRequest(unit, period, sent)
            post_submission(session, plan=plan_at(session), principal=BUREAU, request=request)


def test_loaded_history_is_stored_as_if_it_had_been_posted(
    database: Database, server: Any, template: str | None, tmp_path: Path
) -> None:
    loaded = load(tmp_path, history())
    assert (loaded.rows, loaded.submissions, loaded.rows_skipped) == (45 * 6 - 6, 6, 0)
    assert (loaded.last_seq or 0) - (loaded.first_seq or 0) == 5
    found = stored()
    with read_session() as session:
        assert [*check_ledger(session)] == []
    with server.database(template=template) as other, use_sessions(Sessions(other.engine)):
        post_the_same(history())
        posted = stored()
    assert found == posted
    assert loaded.warnings == sum(len(leaf["warnings"]) for leaf in posted["leaves"]) > 0
    assert {warning["acknowledged"] for leaf in found["leaves"] for warning in leaf["warnings"]} == {None}


def test_leaves_of_a_load_are_canonical_byte_for_byte(database: Database, tmp_path: Path) -> None:
    load(tmp_path, history(), received="2019-12-01")
    with read_session() as session:
        leaves = session.scalars(select(LedgerEntry.leaf).where(LedgerEntry.kind == "submission")).all()
    assert len(leaves) == 6
    assert [canonical(json.loads(leaf)).decode() for leaf in leaves] == [*leaves]


def test_values_are_stored_with_the_decimals_that_a_post_would_store(database: Database, tmp_path: Path) -> None:
    values = ["0", "0.1", "9.9", "10", "99.9", "100.5", "9999.9", "10000", "10000.1", "123456789.5", "100000000"]
    lines = [
        line
        for month, days in enumerate(values, start=1)
        for line in history_lines("441202", f"2018-{month:02d}", startup_days=days, startups=1)
    ]
    load(tmp_path, lines)
    with read_session() as session:
        days = select(Figure.value).where(Figure.element_code == "startup_days").order_by(Figure.period)
        assert [str(value) for value in session.scalars(days)] == values


def test_a_dry_run_answers_the_same_and_stores_nothing(database: Database, tmp_path: Path) -> None:
    before = counted()
    tried = load(tmp_path, history(), dry_run=True)
    assert (tried.dry_run, tried.submissions, tried.parts, counted()) == (True, 6, 0, before)


def test_the_same_file_again_stores_nothing_and_a_longer_one_the_rest(database: Database, tmp_path: Path) -> None:
    lines = history()
    half = [line for line in lines if line[0] == "441202"]
    load(tmp_path, half)
    rest = load(tmp_path, lines)
    assert (rest.submissions, rest.submissions_skipped, rest.rows_skipped) == (3, 3, 135)
    before = counted()
    again = load(tmp_path, lines)
    assert (again.submissions, again.submissions_skipped, again.parts, counted()) == (0, 6, 0, before)


def test_a_load_that_breaks_off_leaves_whole_parts_and_the_same_file_goes_on(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_FIRST_SIZE", 1)
    monkeypatch.setattr(parts, "_LONGEST", 0)  # one submission a part
    calls = 0

    def break_off(*args: Any, **options: Any) -> None:
        nonlocal calls
        calls += 1
        append_all(*args, **options)
        if calls == 3:
            raise RuntimeError("the machine went away")

    with monkeypatch.context() as patch:
        patch.setattr(parts, "append_all", break_off)
        with pytest.raises(RuntimeError):
            load(tmp_path, history())
    submissions, events, observations, figures, rates = counted()
    assert (submissions, events, rates) == (2, 2, 2)
    assert observations == figures == 90
    on = load(tmp_path, history())
    assert (on.submissions, on.submissions_skipped, on.parts) == (4, 2, 4)
    with read_session() as session:
        assert [*check_ledger(session)] == []


def test_a_file_of_headings_only_is_refused(database: Database, tmp_path: Path) -> None:
    for lines in ([], [("",)], [("",), ("",)]):
        error = refused(tmp_path, lines)
        assert (error.code, "只有表头" in error.message.zh, "headings" in error.message.en) == (
            "file_empty",
            True,
            True,
        )


def test_who_may_not_load_is_told_before_the_file_is_looked_at(database: Database) -> None:
    for role in (Role.CLERK, Role.EVALUATOR, Role.ADMIN):
        with pytest.raises(Forbidden):
            load_history(write_session, BytesIO(b"nothing that could be read"), principal=Principal(1, "x", "x", role))


def test_when_it_was_first_received_is_said_by_a_column_or_once_for_all(database: Database, tmp_path: Path) -> None:
    lines = history_lines("441202", "2019-08", "2019-09-03T10:00:00+08:00")
    lines += history_lines("441202", "2019-09", "")
    load(tmp_path, lines, headings=RECEIVED, received="2019-10-20T00:00:00Z")
    load(tmp_path, history_lines("441203", "2019-08"))
    with read_session() as session:
        found = session.scalars(select(Submission.first_received_at).order_by(Submission.id)).all()
        said = session.scalars(
            select(LedgerEntry.leaf).where(LedgerEntry.kind == "submission").order_by(LedgerEntry.seq)
        ).all()
        assert [*check_ledger(session)] == []
    moments = [datetime(2019, 9, 3, 2, tzinfo=UTC), datetime(2019, 10, 20, tzinfo=UTC), None]
    assert found == moments
    assert [json.loads(leaf)["received_at"] for leaf in said] == [
        None if moment is None else moment.isoformat() for moment in moments
    ]


def test_another_moment_than_the_stored_one_is_refused_and_not_lost(database: Database, tmp_path: Path) -> None:
    """A submission that is there is skipped; what a file says otherwise of it would be dropped unseen."""
    load(tmp_path, history_lines("441202", "2019-08", "2019-09-03"), headings=RECEIVED)
    load(tmp_path, history_lines("441203", "2019-08"))
    with write_session() as session:
        request = SubmissionRequest("441204", "2019-08", whole_values())
        post_submission(session, plan=plan_at(session), principal=BUREAU, request=request)
    for unit in ("441202", "441203"):
        error = refused(tmp_path, history_lines(unit, "2019-08", "2019-09-04")[:2], headings=RECEIVED)
        assert places(error) == [(row, "E", "received_contradicts", None) for row in (2, 3)]
        assert ("为 2019-09-03 23:59:59。" in error.problems[0].message.zh) == (unit == "441202")
    error = refused(tmp_path, history_lines("441203", "2019-08"), received="2019-09-04")
    assert {(column, code) for _, column, code, _ in places(error)} == {(None, "received_contradicts")}
    same = history_lines("441202", "2019-08", "2019-09-03") + history_lines("441203", "2019-08", "")
    same += history_lines("441204", "2019-08", "2019-09-04")
    assert load(tmp_path, same, headings=RECEIVED).submissions_skipped == 3


def test_somebody_who_sends_one_of_the_submissions_meanwhile_stops_the_load_there(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "_FIRST_SIZE", 1)
    make, sent = parts._make, threading.Event()

    def make_after_somebody(session: Any, part: Any) -> list[int]:
        if part[0].unit == "441203" and not sent.is_set():
            sent.set()
            with write_session() as other:
                request = SubmissionRequest("441203", "2019-08", whole_values(items_instant=351))
                post_submission(other, plan=plan_at(other), principal=BUREAU, request=request)
        return make(session, part)

    monkeypatch.setattr(parts, "_make", make_after_somebody)
    monkeypatch.setattr(parts, "_LONGEST", 0)
    lines = [line for unit in UNITS for line in history_lines(unit, "2019-08")]
    assert refused(tmp_path, lines).code == "submission_meanwhile"
    assert counted()[0] == 2
    assert [code for _, _, code, _ in places(refused(tmp_path, lines))] == ["figure_contradicts"]


def test_a_file_sent_meanwhile_and_a_load_wait_for_each_other_in_one_order(database: Database, tmp_path: Path) -> None:
    """441284 stands before 441223 in the plan; a file of both locks them by their codes, and so does a load."""
    found: list[BiaochiError] = []
    lines = [line for unit in ("441284", "441223") for line in history_lines(unit, "2019-08")]
    loading = threading.Thread(target=lambda: found.append(refused(tmp_path, lines)))
    with write_session() as other:
        now = datetime.now(UTC)
        assert create_version(other, unit="441223", period=date(2019, 8, 1), now=now) is not None
        loading.start()
        for _ in range(200):
            with read_session() as session:
                if session.scalar(text("select exists (select from pg_locks where not granted)")):
                    break
            time.sleep(0.05)
        else:
            pytest.fail("the load waits for nobody")
        assert create_version(other, unit="441284", period=date(2019, 8, 1), now=now) is not None
    loading.join(30)
    assert [error.code for error in found] == ["submission_meanwhile"]


def test_a_plan_that_changes_meanwhile_stops_the_load(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = parts._make

    def make_after_a_change(session: Any, part: Any) -> list[int]:
        with write_session() as other:
            plan = plan_at(other)
            document = plan.document.model_copy(update={"due_day": 6})
            load_plan(other, plan.model_copy(update={"document": document}), actor="tests")
        return made(session, part)

    monkeypatch.setattr(parts, "_make", make_after_a_change)
    assert refused(tmp_path, history_lines()).code == "plan_meanwhile"
    assert counted()[0] == 0
