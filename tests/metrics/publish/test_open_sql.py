"""What other tools read by SQL is what the CSV says, cell for cell, whatever became known and in whatever order."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from metrics.commands import keep_open_progress
from metrics.commands.keep_open_progress import bring_open_progress_up_to_date
from metrics.commands.load_plan import load_plan
from metrics.commands.override_light import override_light
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession, make_engine
from metrics.locks import Lock, hold
from metrics.models import Base
from metrics.models.grants import VIEWS
from metrics.plan.model.form import Owed
from metrics.principal import Role
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import Kind
from metrics.results import Light
from seed.demonstration.remove import remove_demonstration
from tests.databases import Database
from tests.metrics.history.test_fired_checks import seldom
from tests.metrics.publish import test_vintages as later
from tests.metrics.queries.test_views import post
from tests.open_sql import NAMES, Act, Opened, opened_to_others
from tests.people import person

TYPES = {
    Kind.TEXT: {"text"},
    Kind.CODE: {"text"},
    Kind.PERIOD: {"text"},
    Kind.BOOLEAN: {"boolean"},
    Kind.DATE: {"date"},
    Kind.NUMBER: {"numeric"},
    Kind.INTEGER: {"integer", "bigint"},
    Kind.INSTANT: {"timestamp with time zone"},
}


@pytest.fixture
def opened(clean_database: Database) -> Iterator[Opened]:
    with opened_to_others(clean_database) as found:
        yield found


def own_target(session: WriteSession, draw: random.Random, number: int) -> None:
    """A threshold of one unit's own, or an agreed way to the general one."""
    own = {"for_units": [later.UNITS[number % 3]], "citations": [later.CITATION], "reason": f"单列 {number}"}
    changes: dict[str, Any] = draw.choice(
        [{"threshold": f"{58 + number % 9}.5"}, {"trajectory": [{"on": "2019-09-10", "value": "55"}]}]
    )
    body = {**own, "effective_from": f"2019-08-{1 + number % 28:02}", **changes}
    revise_target(session, "TG-04A", principal=later.EVALUATOR, body=body)


def light(session: WriteSession, draw: random.Random, number: int, *, given: Light | None = None) -> None:
    override_light(
        session,
        principal=later.EVALUATOR,
        unit=draw.choice(later.UNITS),
        target="TG-05A",
        period=date(2019, 9, 1),
        light=given or draw.choice(list(Light)),
        reason=f"=核查 {number}",
    )


def seldomly(session: WriteSession, draw: random.Random, _: int) -> None:
    """A plan whose blocks are owed each month, quarter or year, and which names its units otherwise."""
    load_plan(session, seldom(later.city_plan(), list(Owed), draw), actor="tests")


def send(session: WriteSession, draw: random.Random, number: int) -> None:
    """A submission or a revision, early months and late ones, of units with and without."""
    month = draw.choice(["2019-05", "2019-06", "2019-08", "2019-09", "2019-10"])
    changes = {"items_online": draw.randint(690, 704), "startup_days": f"{draw.randint(30, 50)}.{draw.randint(0, 9)}"}
    post(session, draw.choice(later.UNITS), month, reason=f"=更正 {number}", **changes)


def sent(session: WriteSession, _: random.Random, __: int, *, unit: str = "441202", month: str = "2019-09") -> None:
    post(session, unit, month)


def test_sql_says_what_the_csv_says_after_every_act(opened: Opened, tmp_path: Path) -> None:
    assert opened.agrees() == {"progress": 0, "rates": 0, "observations": 0, "targets": 75}
    draw = random.Random(15)
    acts: list[Act] = [send, send, later.correct, later.check, later.revise, own_target, light, later.rename, seldomly]
    for unit in later.UNITS:
        for month in later.MONTHS:
            opened.act(partial(sent, unit=unit, month=month), draw)
    assert opened.agrees()["rates"] > 400
    for number in range(4):
        for what in draw.sample(acts, 5):
            opened.act(what, draw, number)
        counts = opened.agrees()
    assert counts["progress"] > 200
    with opened.sessions.write() as session:
        person(session, "rehearsing", role=Role.EVALUATOR, demonstration=True)
    assert opened.agrees() == counts
    assert "合成演示" in opened.in_sql("progress")[0][1]
    owner = make_engine(opened.database.owner_url, pool_size=1)
    remove_demonstration(owner, plan=later.city_plan(), home=tmp_path, with_real_submissions=True)
    owner.dispose()
    assert opened.state()["progress" if "progress" in opened.state() else "rates"][0] <= 1
    assert opened.agrees() == {"progress": 0, "rates": 0, "observations": 0, "targets": 75}


def test_rows_say_up_to_which_entry_they_are_true(opened: Opened) -> None:
    opened.act(sent)
    assert "progress" not in opened.state()
    assert bring_open_progress_up_to_date()
    newest = opened.state()["rates"][1]
    assert set(opened.state().values()) == {(newest, newest)}
    assert not bring_open_progress_up_to_date()
    opened.act(partial(sent, unit="441203"))
    assert opened.state()["progress"] == (newest, newest + 1)
    assert opened.state()["observations"] == (newest + 1, newest + 1)


def test_only_what_changed_is_written(opened: Opened) -> None:
    opened.act(sent)
    bring_open_progress_up_to_date()

    def versions() -> dict[tuple[str, str], str]:
        with opened.database.as_owner() as connection:
            rows = connection.execute(text("select unit_code, target_code, xmin::text from open.progress"))
            return {(row[0], row[1]): row[2] for row in rows}

    before = versions()
    bring_open_progress_up_to_date(always=True)
    assert versions() == before
    opened.act(partial(sent, unit="441203"))
    bring_open_progress_up_to_date()
    after = versions()
    assert {unit for unit, target in after if after[unit, target] != before[unit, target]} == {"441203", "441200"}


def test_units_that_sent_are_looked_at_alone_and_all_when_anything_else_became_known(opened: Opened) -> None:
    """Told by a row that was meddled with, which stays as long as nobody looks at its unit."""
    for unit in later.UNITS:
        for month in later.MONTHS:
            opened.act(partial(sent, unit=unit, month=month))
    acts: list[tuple[Act, bool]] = [
        (partial(sent, unit="441203", month="2019-07"), False),
        (partial(light, given=Light.AMBER), True),
        (later.check, False),
        (later.revise, True),
        (partial(sent, unit="441203", month="2019-11"), True),  # the newest month with figures is another
    ]
    for number, (act, every_unit) in enumerate(acts):
        bring_open_progress_up_to_date(always=True)
        with opened.database.as_owner() as connection:
            connection.execute(text("update open.progress set gap = 12345 where unit_code = '441284'"))
        opened.act(act, random.Random(1), number)
        assert bring_open_progress_up_to_date()
        assert (not any("12345" in row for row in opened.in_sql("progress"))) is every_unit, number
    bring_open_progress_up_to_date(always=True)
    opened.agrees()


# What the verdicts are made of. Whatever is more here has to be asked for in `keep_open_progress._changed`.
OF_UNITS = {"submissions", "submission_events", "submission_turns", "unit_rates", "unit_turns", "rolled_up_rates"}
OF_UNITS |= {"far_past"}  # kept of what they sent
OF_ALL = {"plan_records", "light_overrides", "users", "ledger_entries", "stored_formulas"}


def test_verdicts_are_made_of_nothing_that_is_not_asked_for(opened: Opened) -> None:
    """Nothing else of the database can be read, and they are made all the same."""
    for month in later.MONTHS:
        opened.act(partial(sent, month=month))
    opened.act(partial(light, given=Light.AMBER))
    before = opened.told("progress")
    service = opened.sessions.engine.url.username
    with opened.database.as_owner() as connection:
        for table in sorted({*Base.metadata.tables, *VIEWS} - OF_UNITS - OF_ALL):
            connection.execute(text(f'revoke select on "{table}" from "{service}"'))
    assert opened.told("progress") == before


def test_a_table_that_was_meddled_with_is_made_right(opened: Opened) -> None:
    opened.act(sent)
    bring_open_progress_up_to_date()
    with opened.database.as_owner() as connection:
        connection.execute(text("update open.progress set status = 'met', gap = 1 where unit_code = '441202'"))
        connection.execute(text("delete from open.progress where unit_code = '441203'"))
        connection.execute(
            text("update open.progress set unit_code = 'x' where unit_code = '441204' and target_code = 'TG-05A'")
        )
    assert not bring_open_progress_up_to_date()
    assert bring_open_progress_up_to_date(always=True)
    opened.agrees()


def test_statuses_are_looked_at_again_on_another_day(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.act(sent)
    assert bring_open_progress_up_to_date()

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]  # another day, nothing else
            return datetime.now(tz) + timedelta(days=1)

    monkeypatch.setattr(keep_open_progress, "datetime", Tomorrow)
    assert bring_open_progress_up_to_date()
    assert not bring_open_progress_up_to_date()


def test_one_process_at_a_time_keeps_it(opened: Opened) -> None:
    opened.act(sent)
    with opened.database.engine.begin() as other:
        hold(other, Lock.OPEN_PROGRESS)
        assert not bring_open_progress_up_to_date()
    assert bring_open_progress_up_to_date()


def test_a_look_that_fails_half_way_leaves_the_rows_before(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.act(sent)
    bring_open_progress_up_to_date()
    before = opened.in_sql("progress"), opened.state()["progress"][0]
    opened.act(partial(sent, unit="441203"))
    with monkeypatch.context() as patch:
        patch.setattr(keep_open_progress, "_note", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring_open_progress_up_to_date()
    assert (opened.in_sql("progress"), opened.state()["progress"][0]) == before
    opened.agrees()


def test_columns_are_those_of_the_dataset(opened: Opened) -> None:
    with opened.reader.connect() as connection:
        rows = connection.exec_driver_sql(
            "select table_name, column_name, data_type from information_schema.columns"
            " where table_schema = 'open' order by table_name, ordinal_position"
        ).all()
    for name in NAMES:
        kinds = {column: kind for table, column, kind in rows if table == name}
        columns = DATASETS[name].columns
        assert list(kinds)[: len(columns)] == [column.name for column in columns]
        assert set(kinds) - {column.name for column in columns} <= {"month"}
        assert [column.name for column in columns if kinds[column.name] not in TYPES[column.kind]] == []
