"""Seeded samples on `/assess`: drawn from the page, listed with their results, kept from those who report."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from dashboard.dispatch import outcomes_of
from metrics.commands.draw_sample import Drawing, draw_sample
from metrics.commands.record_findings import record_findings
from metrics.database import WriteSession
from metrics.errors import Message, Problem
from metrics.models import Sample
from metrics.principal import Principal, Role
from metrics.sampling import SampledCell, SentFinding
from metrics.settings import settings
from tests.dashboard.drawn import nodes, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person

CELL = SampledCell("441202", "2019-09", "items_online")
FIELDS = {"key": "k", "periods": "2019-09", "per_unit": "2", "seed": "4711"}


def sign_in(client: TestClient, session: WriteSession, role: Role) -> Principal:
    found = person(session, f"the-{role.value}", role=role)
    use_secret(client, signed_in(session, found.username))
    return found


def drawn(session: WriteSession, principal: Principal) -> Sample:
    """A sample of two cells of one unit, one of them found right: 850 online."""
    post(session, items_online=850)
    drawing = Drawing(["2019-09"], 2, elements=["items_total", "items_online"], seed="<b>4711</b>")
    sample = draw_sample(session, principal=principal, drawing=drawing)
    found = SentFinding(CELL, "measured", value=850, note="", at=Problem("", Message("", ""), ""))
    record_findings(session, sample.number, principal=principal, sent=[found])
    return sample


def act(monkeypatch: pytest.MonkeyPatch, principal: Principal, **changes: str) -> bool:
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: principal)
    asked = json.dumps({"do": "sample.draw", "fields": FIELDS | changes, "nth": 1})
    (outcome,) = outcomes_of(asked)
    return outcome.done


@pytest.mark.parametrize(
    ("search", "words", "words_of_estimates"),
    [
        (
            "",
            "抽样核查",
            ("50.00 – 100.00 %超几何精确区间", "Clopper–Pearson 区间", "11个单位中的1个（加权）", "未核查21项"),
        ),
        (
            "?lang=en",
            "Seeded samples",
            ("50.00 – 100.00 %exact, hypergeometric", "1 of 11 units, weighted", "Not checked: 21"),
        ),
    ],
)
def test_an_assessor_sees_results_and_both_forms(
    client: TestClient, session: WriteSession, search: str, words: str, words_of_estimates: tuple[str, ...]
) -> None:
    """One cell of the two of one unit is checked; of ten other units none."""
    third = sign_in(client, session, Role.ASSESSOR)
    assert "sample.draw" in json.dumps(window(client, "/assess", search))
    number = drawn(session, third).number
    tree = window(client, "/assess", search)
    shown = said(tree)
    for part in (words, "<b>4711</b>", "2019-09", "the-assessor", "100.00 %", *words_of_estimates):
        assert part in shown, part
    links = [node["props"].get("href") for node in nodes(tree)]
    for form in ("csv", "xlsx"):
        assert f"/api/v1/samples/{number}.{form}?lang={'en' if search else 'zh'}" in links
    assert f"/api/v1/samples/{number}/findings" in json.dumps(tree)
    assert "100.00 %" in said(window(client, "/assess", f"?sample={number}"))


@pytest.mark.parametrize("asked", ["99", "%3Cb", "0", "01"])
def test_a_sample_that_was_never_drawn_is_not_answered_with_another(
    client: TestClient, session: WriteSession, asked: str
) -> None:
    drawn(session, sign_in(client, session, Role.ASSESSOR))
    shown = said(window(client, "/assess", f"?sample={asked}&lang=en"))
    assert f"There is no sample {unquote(asked)}" in shown
    assert "100.00 %" not in shown


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EVALUATOR, Role.ADMIN])
def test_others_look_and_neither_draw_nor_send(client: TestClient, session: WriteSession, role: Role) -> None:
    drawn(session, person(session, "third", role=Role.ASSESSOR))
    sign_in(client, session, role)
    shown = json.dumps(window(client, "/assess"), ensure_ascii=False)
    assert "100.00 %" in shown
    assert "sample.draw" not in shown
    assert "/findings" not in shown


def test_samples_are_kept_from_clerks(client: TestClient, session: WriteSession) -> None:
    drawn(session, person(session, "third", role=Role.ASSESSOR))
    sign_in(client, session, Role.CLERK)
    shown = json.dumps(window(client, "/assess"), ensure_ascii=False)
    assert "抽样核查" not in shown
    assert "4711" not in shown


def test_samples_are_kept_from_strangers(client: TestClient, session: WriteSession) -> None:
    drawn(session, person(session, "third", role=Role.ASSESSOR))
    answer = client.get("/assess", follow_redirects=False)
    assert "4711" not in answer.text
    assert answer.status_code == 303


def test_while_blind_nobody_sees_what_another_found(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
        settings.cache_clear()
        drawn(session, person(session, "third", role=Role.ASSESSOR))
        sign_in(client, session, Role.ASSESSOR)
        shown = said(window(client, "/assess"))
    settings.cache_clear()
    assert "<b>4711</b>" in shown
    assert "暂不可见" in shown
    assert "不显示其他评估人的核查结果" in shown
    assert "100.00 %" not in shown


@pytest.mark.usefixtures("client")
def test_the_form_draws_once(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    third = person(session, "third", role=Role.ASSESSOR)
    assert [act(monkeypatch, third, periods=" 2019-08,2019-09 ") for _ in range(2)] == [True, True]
    (sample,) = session.scalars(select(Sample)).all()
    assert (sample.seed, sample.per_unit, sample.periods) == ("4711", 2, ["2019-08", "2019-09"])
    assert act(monkeypatch, third, key="other", seed="")
    assert not act(monkeypatch, person(session, "bureau", role=Role.REVIEWER), key="x")


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "changes",
    [
        {"periods": ""},
        {"periods": "2019-13"},
        {"per_unit": "many"},
        {"per_unit": "0"},
        {"per_unit": "9" * 30},
        {"per_unit": "²"},
        {"seed": "x" * 101},
        {"seed": "a\tb"},
        {"key": ""},
    ],
)
def test_a_drawing_that_cannot_be_meant_is_refused(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    assert not act(monkeypatch, person(session, "third", role=Role.ASSESSOR), **changes)
    assert session.scalar(select(func.count()).select_from(Sample)) == 0
