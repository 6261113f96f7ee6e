"""The database's own lines of CSV are those that would be written here, byte for byte, whatever people wrote."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select

from metrics.database import WriteSession
from metrics.publish.as_csv import cell_text
from metrics.publish.catalogue import DATASETS
from metrics.publish.dataset import AnyDataset
from metrics.publish.observations import cell
from metrics.publish.pull import cursor_for, parse_pull
from metrics.publish.rendering import render
from metrics.queries.reader_view import view_for
from tests.matrices import WHOLE
from tests.metrics.queries.test_views import post

HERE: AnyDataset = replace(DATASETS["observations"], csv_lines=None)
REASONS = [
    "=1+1",
    ' "quoted", with comma',
    "two\r\nlines",
    "-",
    " @x",
    "说明,理由",
    "\ttab",
    "'",
    "＝1",
    "plain",
    "%s %(a)s",
]


def made_here(session: WriteSession, **asked: str) -> tuple[bytes, int | None]:
    return _made(session, HERE, asked)


def made_by_the_database(session: WriteSession, **asked: str) -> tuple[bytes, int | None]:
    return _made(session, DATASETS["observations"], asked)


def _made(session: WriteSession, dataset: AnyDataset, asked: dict[str, str]) -> tuple[bytes, int | None]:
    pull = parse_pull(dataset, {name: [value] for name, value in asked.items()}, timezone=lambda: "Asia/Shanghai")
    view = view_for(session, public=False, as_of=pull.as_of, basis=pull.basis)
    with (rendered := render(dataset, session=session, view=view, pull=pull, form="csv")).file as file:
        return file.read(), rendered.next_offset


@pytest.fixture
def history(session: WriteSession) -> list[int]:
    """Submissions of three units, revised with every kind of reason."""
    draw = random.Random(20191005)
    places = []
    for reason in REASONS:
        for unit in ("441202", "441203", "ZQ-YUEGUI"):
            period = draw.choice(["2019-08", "2019-09"])
            changes = {
                "items_online": draw.randint(300, 990),
                "startup_days": f"{draw.randint(10, 99)}.{draw.randint(0, 9)}",
            }
            places.append(post(session, unit, period, reason=reason, **changes))
    return places


def test_both_ways_give_the_same_bytes(session: WriteSession, history: list[int]) -> None:
    pulls: list[dict[str, str]] = [
        {},
        {"bom": "1"},
        {"history": "true"},
        {"basis": "verified"},
        {"unit": "441203", "period_from": "2019-09"},
        {"element": "startup_days", "history": "true", "period": "2019-08"},
    ]
    for asked, language in itertools.product(pulls, ("zh", "en")):
        for place in (history[-1], history[len(history) // 2], history[3]):
            given = {**asked, "lang": language, "as_of": str(place)}
            assert made_by_the_database(session, **given) == made_here(session, **given), given
        later = {**asked, "lang": language, "after_seq": str(history[5])}
        assert made_by_the_database(session, **later) == made_here(session, **later), later


def test_pages_begin_and_end_at_the_same_line(session: WriteSession, history: list[int]) -> None:
    for limit, offset in itertools.product(("1", "7", "44", "45", "46", "100000"), (0, 1, 44, 45, 90, 10_000)):
        asked = {"limit": limit, "cursor": cursor_for(offset=offset, seq=history[-1]), "history": "true"}
        assert made_by_the_database(session, **asked) == made_here(session, **asked), asked


@settings(max_examples=300 if WHOLE else 120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
    | st.text("=+-@ \t\r\n\",'aＡ＝－", max_size=6)
)
def test_a_text_becomes_the_same_cell_in_the_database(session: WriteSession, written: str) -> None:
    assert session.scalar(select(cell(literal(written)))) == cell_text(written)
