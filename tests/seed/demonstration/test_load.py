"""The demonstration in a database: loaded through the real commands, once, whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from metrics.commands.sessions import SignedIn
from metrics.commands.sign_in import sign_in
from metrics.commands.users import add_user
from metrics.database import ReadSession, Sessions, use_engine
from metrics.errors import Conflict, NotFound
from metrics.models import LedgerEntry, Submission, SubmissionEvent, User
from metrics.periods import JudgedMonth
from metrics.principal import Role
from metrics.queries.assessments import assessments
from metrics.queries.demonstration import is_demonstration_loaded
from metrics.queries.principals import principal_by_token
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.rates_by_unit import Wanted, rates_by_unit
from metrics.queries.task_reports import task_reports, task_standings
from metrics.queries.view import view_at
from metrics.results import Status, Timing
from metrics.submission_states import State
from metrics.task_reports import TaskStatus
from seed.demonstration import load
from seed.demonstration.bulletins import demonstration_bulletin_acts
from seed.demonstration.calendar import demonstration_announcements
from seed.demonstration.history import SEED
from seed.demonstration.inquiries import demonstration_inquiries
from seed.demonstration.load import load_demonstration
from seed.demonstration.materials import demonstration_materials
from seed.demonstration.rounds import demonstration_round_acts
from seed.demonstration.slips import demonstration_slip_acts
from tests.databases import Database
from tests.people import BROWSER
from tests.seed.demonstration.conftest import Demonstration
from tests.serving import ROOT
from tests.workbooks import city_plan

SEPTEMBER, APRIL, END = (JudgedMonth.of(date(*month, 1)) for month in ((2019, 9), (2020, 4), (2020, 12)))
REPORTS = 439
PEOPLE, ASSESSED, CHECKED = 24, 24, 207
MATERIALS = sum(1 for _ in demonstration_materials(city_plan(), seed=SEED))
SLIP_ACTS = len(demonstration_slip_acts(city_plan()))
INQUIRIES = len(demonstration_inquiries(city_plan(), seed=SEED))
ROUND_ACTS = len(demonstration_round_acts(city_plan()))
BULLETIN_ACTS = len(tuple(demonstration_bulletin_acts(city_plan())))
ANNOUNCEMENTS = len(tuple(demonstration_announcements(city_plan())))
STEPS = 283 + 263 + REPORTS + CHECKED + PEOPLE + ASSESSED + MATERIALS + SLIP_ACTS
STEPS += INQUIRIES + ROUND_ACTS + BULLETIN_ACTS + ANNOUNCEMENTS
RELEASED = 1 + 2  # the key, and what the bulletin's versions are drawn from


def test_everything_was_posted_and_reviewed(demonstration: Demonstration, reading: ReadSession) -> None:
    loaded = demonstration.loaded
    assert (loaded.submissions, loaded.reviews, loaded.task_reports, loaded.accounts) == (283, 263, REPORTS, 17)
    assert reading.scalar(select(func.count()).select_from(Submission)) == 281
    assert reading.scalar(select(func.count()).select_from(SubmissionEvent)) == 283 + 263
    assert (loaded.people, loaded.assessments) == (PEOPLE, ASSESSED)
    assert reading.scalar(select(func.count()).select_from(LedgerEntry)) == 1 + STEPS + RELEASED
    assert is_demonstration_loaded(reading)


def test_tasks_have_come_to_what_the_story_says(reading: ReadSession) -> None:
    view = view_at(reading)
    standings = task_standings(reading, view, tasks=view.plan.tasks, month=END)
    found = {unit.judged.status for standing in standings for unit in standing.units}
    assert found == set(TaskStatus) - {TaskStatus.NOT_STARTED, TaskStatus.NOT_REPORTED}
    assert {standing.status for standing in standings} >= {TaskStatus.DONE, TaskStatus.IN_PROGRESS, TaskStatus.SILENT}
    reports = task_reports(reading, view, history=True)
    assert all(report.text.startswith("演示:") for report in reports)
    assert [(r.task, r.unit, r.reason) for r in reports if r.revision == 2] == [(1, "441202", "演示:补充佐证材料")]


def test_a_third_party_found_much_less_in_one_unit_each_time(reading: ReadSession) -> None:
    found = assessments(reading, view_at(reading))
    far = [one for one in found if one.gap is not None and one.gap < -9]
    assert sorted((one.recorded.period.isoformat(), one.recorded.indicator_code) for one in far) == [
        ("2019-12-01", "one_window_rate"),
        ("2019-12-01", "online_rate"),
        ("2020-12-01", "one_window_rate"),
        ("2020-12-01", "online_rate"),
    ]
    assert all(one.interval is not None and one.recorded.note.startswith("演示") for one in found)
    assert all(abs(one.gap) < 4 for one in found if one.gap is not None and one not in far)


def test_progress_is_told_step_by_step(demonstration: Demonstration) -> None:
    assert demonstration.steps == [(done, STEPS) for done in range(1, STEPS + 1)]


def test_every_entry_says_that_it_is_synthetic(reading: ReadSession) -> None:
    leaves = [json.loads(leaf) for leaf in reading.scalars(select(LedgerEntry.leaf).order_by(LedgerEntry.seq))]
    assert [leaf["kind"] for leaf in leaves if leaf.get("synthetic") is not True] == ["plan"]


def test_the_ledger_runs_with_the_story(reading: ReadSession) -> None:
    entries = reading.execute(
        select(LedgerEntry.seq, LedgerEntry.recorded_at).where(LedgerEntry.seq > 1).order_by(LedgerEntry.seq)
    ).all()
    assert [entry.seq for entry in entries] == list(range(2, 2 + STEPS + RELEASED))
    assert all(before.recorded_at <= after.recorded_at for before, after in pairwise(entries))
    assert (entries[0].recorded_at.year, entries[-1].recorded_at.year) == (2019, 2021)


def test_lateness_is_kept(reading: ReadSession) -> None:
    first = reading.scalar(
        select(Submission.first_recorded_at).where(
            Submission.unit_code == "441224", Submission.period == date(2019, 3, 1)
        )
    )
    assert first is not None
    assert first.date() == date(2019, 4, 11)


def test_a_correction_turns_a_verdict_and_the_past_stays_known(reading: ReadSession) -> None:
    def verdict(moment: datetime) -> Status:
        view = view_at(reading, as_of=moment)
        judged = progress_by_unit(reading, view, month=SEPTEMBER, units={"441284"}, targets={"TG-19B"})
        return judged.progress[0].status

    assert verdict(datetime(2019, 10, 20, tzinfo=UTC)) is Status.MET
    assert verdict(datetime(2019, 10, 25, tzinfo=UTC)) is not Status.MET


def test_verdicts_at_the_end_show_the_stories(reading: ReadSession) -> None:
    judged = progress_by_unit(reading, view_at(reading), month=END)
    regressed, in_window = judged.of("441226", "TG-04B"), judged.of("441284", "TG-19B")
    assert regressed is not None
    assert (regressed.status, regressed.regressed) == (Status.OVERDUE, True)
    assert in_window is not None
    assert (in_window.status, in_window.timing) == (Status.MET, Timing.IN_WINDOW)
    assert {p.status for p in judged.progress if p.unit_code == "441223"} == {Status.NO_DATA}
    assert {
        p.status for p in judged.progress if p.unit_code == "441200-SELF" and p.target_code.startswith("TG-25")
    } == {Status.NOT_APPLICABLE}
    never, short = judged.of("441224", "TG-04A"), judged.of("441204", "TG-04B")
    assert never is not None
    assert short is not None
    assert (never.status, never.regressed) == (Status.OVERDUE, False)
    assert (short.status, short.regressed) == (Status.OVERDUE, False)


def test_a_shrinking_denominator_is_watched(reading: ReadSession) -> None:
    judged = progress_by_unit(reading, view_at(reading), month=APRIL, targets={"TG-05B"})
    assert [p.unit_code for p in judged.progress if p.denominator_watch] == ["441225"]


def test_the_silent_county_is_carried_in_the_citys_row(reading: ReadSession) -> None:
    wanted = Wanted(units={"441200", "441223"}, indicators={"online_rate"}, period_from=date(2020, 12, 1))
    city, county = rates_by_unit(reading, view_at(reading), wanted=wanted)
    assert county.state is State.NOT_REPORTED
    assert (city.units_reported, city.units_carried, city.units_expected) == (10, 1, 11)


def test_the_newest_two_months_are_unverified(reading: ReadSession) -> None:
    states = reading.execute(select(Submission.period, Submission.state)).all()
    assert {state for period, state in states if period >= date(2020, 11, 1)} == {"submitted"}
    assert {state for period, state in states if period < date(2020, 11, 1)} == {"verified"}


def accounts(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_accounts_file_is_the_owners_alone(demonstration: Demonstration) -> None:
    path = demonstration.loaded.accounts_file
    assert path == demonstration.home / "demo-accounts.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in demonstration.home.iterdir()] == ["demo-accounts.json"]


def test_the_accounts_file_names_one_clerk_a_unit_and_one_of_every_other_role(demonstration: Demonstration) -> None:
    found = accounts(demonstration.loaded.accounts_file)
    assert all(set(account) == {"role", "username", "password", "token", "units"} for account in found)
    clerks = [account["units"] for account in found if account["role"] == "clerk"]
    assert len(clerks) == 12
    assert all(len(units) == 1 for units in clerks)
    others = sorted(account["role"] for account in found if account["role"] != "clerk")
    assert others == ["admin", "assessor", "evaluator", "leader", "reviewer"]
    assert [len(account["units"]) for account in found if account["role"] == "leader"] == [1]
    assert all(account["units"] == [] for account in found if account["role"] not in ("clerk", "leader"))
    secrets = [account[kind] for account in found for kind in ("password", "token")]
    assert len(set(secrets)) == 34


def test_the_tokens_in_the_file_work(demonstration: Demonstration, reading: ReadSession) -> None:
    for account in accounts(demonstration.loaded.accounts_file):
        assert principal_by_token(reading, account["token"]).username == account["username"]


def signs_in(database: Database, account: dict[str, Any]) -> bool:
    with use_engine(database.engine):
        answer = sign_in(account["username"], password=account["password"], browser=BROWSER, now=datetime.now(UTC))
    return isinstance(answer, SignedIn)


def test_the_passwords_in_the_file_work(demonstration: Demonstration) -> None:
    assert signs_in(demonstration.database, accounts(demonstration.loaded.accounts_file)[0])


def test_a_second_load_is_refused(rehearsal: Demonstration) -> None:
    before = rehearsal.loaded.accounts_file.read_bytes()
    with use_engine(rehearsal.database.engine), pytest.raises(Conflict) as refused:
        load_demonstration(rehearsal.home)
    assert refused.value.code == "returns_exist"
    assert "281" in refused.value.message.en
    assert (rehearsal.home / "demo-accounts.json").read_bytes() == before


def test_a_database_without_a_plan_is_refused(clean_database: Database, tmp_path: Path) -> None:
    with clean_database.as_owner() as connection:
        connection.execute(text("alter table plan_records disable trigger plan_records_append_only"))
        connection.execute(text("delete from plan_records"))
    with use_engine(clean_database.engine), pytest.raises(NotFound) as refused:
        load_demonstration(tmp_path)
    assert refused.value.code == "plan_missing"


def test_nothing_is_left_of_a_load_that_fails(clean_database: Database, tmp_path: Path) -> None:
    """A real account has the name of one of the demonstration's."""
    with Sessions(clean_database.engine).write() as session:
        add_user(
            session,
            "demo-admin",
            display_name="Real",
            role=Role.ADMIN,
            units=(),
            password="a quiet boat, a long river",
            known_units=(),
            now=datetime.now(UTC),
        )
    with use_engine(clean_database.engine), pytest.raises(Conflict) as refused:
        load_demonstration(tmp_path)
    assert refused.value.code == "username_taken"
    with Sessions(clean_database.engine).read() as reading:
        assert reading.scalars(select(User.username)).all() == ["demo-admin"]
    assert list(tmp_path.iterdir()) == []


_KILLED = """
import os, signal, sys
from pathlib import Path
from metrics.database import make_engine, use_engine
from seed.demonstration import load
from tests.cheap_passwords import hash_cheaply

hash_cheaply()

def few(plan):
    return whole(plan)[:5]

def written_and_killed(home, accounts):
    written(home, accounts)
    os.kill(os.getpid(), signal.SIGKILL)

written, whole = load.write_accounts, load._history
load._history = few
load.write_accounts = written_and_killed
with use_engine(make_engine(sys.argv[1])):
    load.load_demonstration(Path(sys.argv[2]))
"""


def test_a_kill_between_file_and_commit_is_put_right_by_the_next_load(
    clean_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, clean_database.url, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    stale = accounts(tmp_path / "demo-accounts.json")
    with Sessions(clean_database.engine).read() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
        assert session.scalar(select(func.count()).select_from(Submission)) == 0
    whole = load._history
    monkeypatch.setattr(load, "_history", lambda plan: whole(plan)[:5])  # the first five submissions
    with use_engine(clean_database.engine):
        loaded = load_demonstration(tmp_path)
    assert loaded.submissions == 5
    found = accounts(tmp_path / "demo-accounts.json")
    assert {account["token"] for account in found}.isdisjoint(account["token"] for account in stale)
    assert signs_in(clean_database, found[0])
    assert not signs_in(clean_database, stale[0])
