"""A view of a moment before the method changed says so: as a query, in the answer's headers, and on the page."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from metrics.database import WriteSession
from metrics.ledger.entry import append, newest_seq, next_place
from metrics.methods import PRESENT
from metrics.principal import Role
from metrics.queries.method_change import METHOD_KIND, method_change
from metrics.queries.view import view_at
from tests.beginnings import beginning
from tests.dashboard.drawn import of_class, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import bearer, person, token


@beginning
def before(session: WriteSession) -> int:
    """The place in the ledger before the method changed; something is known there, and something was sent since."""
    post(session)
    seq = newest_seq(session)
    content = {"actor": "biaochi", "before": PRESENT.number - 1, "method": PRESENT.number}
    append(session, kind=METHOD_KIND, place=next_place(session), content=content)
    post(session, items_online=610)
    return seq


def test_a_view_says_the_change_that_came_after_it(session: WriteSession, before: int) -> None:
    change = method_change(session, view_at(session, as_of=before))
    assert change is not None
    assert (change.before, change.after, change.seq) == (PRESENT.number - 1, PRESENT.number, before + 1)
    words = change.sentence(timezone="Asia/Shanghai")
    assert f"方法 {change.before} 改为方法 {change.after}" in words.zh
    assert PRESENT.changes.zh in words.zh
    assert f"from {change.before} to {change.after}" in words.en
    assert PRESENT.changes.en in words.en
    for later in (before + 1, before + 2, None):
        assert method_change(session, view_at(session, as_of=later)) is None


def test_a_database_that_has_known_one_method_says_nothing(session: WriteSession) -> None:
    post(session)
    earlier = newest_seq(session)
    post(session, items_online=610)
    assert method_change(session, view_at(session, as_of=earlier)) is None


@pytest.mark.parametrize("name", ["progress", "leaderboard", "attention", "commitments"])
def test_a_pull_of_verdicts_across_the_change_says_so_in_its_headers(
    client: TestClient, session: WriteSession, before: int, name: str
) -> None:
    person(session, "han", role=Role.EVALUATOR)
    headers = bearer(token(session, "han").secret)
    session.commit()
    now = client.get(f"/api/v1/{name}.csv", headers=headers)
    assert now.headers["X-Method"] == str(PRESENT.number)
    then = client.get(f"/api/v1/{name}.csv?as_of={before}", headers=headers)
    number, was, seq, _, note = then.headers["X-Method"].split("; ")
    assert (number, was, seq) == (str(PRESENT.number), f"before={PRESENT.number - 1}", f"seq={before + 1}")
    assert PRESENT.changes.zh in unquote(note)
    assert PRESENT.changes.en in unquote(note)
    schema = client.get(f"/api/v1/{name}.schema.json", headers=headers).json()
    assert schema["method"]["number"] == PRESENT.number
    rates = client.get(f"/api/v1/rates.csv?as_of={before}", headers=headers)
    assert "X-Method" not in rates.headers


def test_a_page_at_a_moment_before_the_change_says_so(client: TestClient, session: WriteSession, before: int) -> None:
    person(session, "han", role=Role.EVALUATOR)
    use_secret(client, signed_in(session, "han"))
    assert of_class(window(client, "/"), "method-note") == []
    for language, words in (("zh", PRESENT.changes.zh), ("en", PRESENT.changes.en)):
        note = said(of_class(window(client, "/targets/TG-05A", f"?as_of={before}&lang={language}"), "method-note"))
        assert words in note
