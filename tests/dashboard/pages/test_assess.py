"""`/assess`: reported beside assessed, the forms of assessors, and what is kept from them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from dashboard.charts.dumbbell import Pair, dumbbell_figure
from dashboard.dispatch import outcomes_of
from dashboard.locale import speaking
from dashboard.theme import Theme
from metrics.assessments import Method
from metrics.commands.record_assessment import AssessmentGiven, record_assessment
from metrics.database import WriteSession
from metrics.models import Assessment, Release
from metrics.principal import Principal, Role
from metrics.settings import settings
from tests.dashboard.drawn import said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person

FIELDS = {
    "key": "k",
    "unit": "441202",
    "period": "2019-09",
    "indicator": "online_rate",
    "method": "field_visit",
    "numerator": "180",
    "denominator": "200",
    "value": "",
    "sample_size": "200",
    "evidence": "https://example.org/17",
    "note": "<b>现场</b>",
}


@pytest.fixture
def blind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An assessor measures before seeing what was reported."""
    with monkeypatch.context() as patch:
        patch.setenv("BIAOCHI_BLIND_ASSESSMENT", "1")
        settings.cache_clear()
        yield
    settings.cache_clear()


def sign_in(client: TestClient, session: WriteSession, role: Role) -> Principal:
    found = person(session, f"the-{role.value}", role=role)
    use_secret(client, signed_in(session, found.username))
    return found


def text(client: TestClient, search: str = "", path: str = "/assess") -> str:
    return json.dumps(window(client, path, search), ensure_ascii=False)


def assessed(session: WriteSession, principal: Principal, **changes: Any) -> None:
    fields: dict[str, Any] = {"numerator": 180, "denominator": 200, "sample_size": 200, **changes}
    cell = {"unit": "441202", "period": "2019-09", "indicator": "online_rate", "method": Method.FIELD_VISIT}
    measured = AssessmentGiven(**cell | fields)
    record_assessment(session, principal=principal, measured=measured)


def ask(do: str, **fields: str) -> str:
    return json.dumps({"do": do, "fields": fields, "nth": 1})


def test_the_finding_compares_only_what_was_reported(client: TestClient, session: WriteSession) -> None:
    third = sign_in(client, session, Role.ASSESSOR)
    assessed(session, third, period="2019-08")
    assert "1 assessment has no reported value beside it" in text(client, "?lang=en")
    post(session, items_online=850)
    assessed(session, third, numerator=160)
    shown = text(client, "?lang=en")
    assert "1 of 1 assessment falls short of what was reported; 1 assessment has no reported value beside it" in shown


def test_the_heading_of_the_chart_names_what_lies_farthest_from_what_was_reported(
    client: TestClient, session: WriteSession
) -> None:
    """The greatest gap of those in %, whichever way; a gap in days is not held against them."""
    third = sign_in(client, session, Role.ASSESSOR)
    assessed(session, third)
    assert "No assessment has a reported value beside it" in text(client, "?lang=en")
    post(session, items_online=850)
    post(session, period="2019-08", items_online=850)
    assessed(session, third, period="2019-08", numerator=170)
    farthest = "Farthest from what was reported: Duanzhou District, Online rate, Sep 2019, by +5.00 pp"
    assert farthest in said(window(client, "/assess", "?lang=en"))
    none = {"numerator": None, "denominator": None, "sample_size": None}
    assessed(session, third, indicator="startup_time", value="99", **none)
    assert "与填报差距最大的是端州区2019年9月网上可办率：+5.00 百分点" in said(window(client, "/assess"))
    assessed(session, third, numerator=140, method=Method.QUESTIONNAIRE)
    assert "与填报差距最大的是端州区2019年9月网上可办率：−15.00 百分点" in said(window(client, "/assess"))


def test_the_heading_of_the_chart_says_that_nothing_differs(client: TestClient, session: WriteSession) -> None:
    third = sign_in(client, session, Role.ASSESSOR)
    post(session, items_online=850)
    assessed(session, third, numerator=170)
    assert "No assessment differs from what was reported" in text(client, "?lang=en")


@pytest.mark.parametrize(
    ("indicator", "figures", "short"),
    [
        # reported: 850 of 1000 items online; higher is better
        ("online_rate", {"numerator": 160, "denominator": 200, "sample_size": 200}, 1),  # up to 84.94
        ("online_rate", {"numerator": 161, "denominator": 200, "sample_size": 200}, 0),  # up to 85.39
        ("online_rate", {"numerator": 180, "denominator": 200, "sample_size": 200}, 0),
        ("online_rate", {"numerator": 195, "denominator": 200, "sample_size": 200}, 0),  # better than reported
        ("online_rate", {"value": "84.99", "numerator": None, "denominator": None, "sample_size": None}, 1),
        ("online_rate", {"value": "85", "numerator": None, "denominator": None, "sample_size": None}, 0),
        # reported: 38.5 days for 40 start-ups, 0.9625; lower is better
        ("startup_time", {"value": "0.97", "numerator": None, "denominator": None, "sample_size": None}, 1),
        ("startup_time", {"value": "0.5", "numerator": None, "denominator": None, "sample_size": None}, 0),
    ],
)
def test_the_headline_counts_what_is_worse_by_more_than_chance(
    client: TestClient, session: WriteSession, indicator: str, figures: dict[str, Any], short: int
) -> None:
    post(session, items_online=850)
    third = sign_in(client, session, Role.ASSESSOR)
    assessed(session, third, indicator=indicator, **figures)
    assert f"{short} of 1 assessment falls short of what was reported" in text(client, "?lang=en")
    assert f"1项评估中有{short}项差于填报值" in text(client)


def test_a_negative_value_is_recorded_on_the_page_where_the_indicator_can_be_negative(
    client: TestClient, session: WriteSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    acting(monkeypatch, sign_in(client, session, Role.ASSESSOR))
    fields = FIELDS | {"indicator": "material_reduction", "numerator": "−40", "denominator": "200", "sample_size": ""}
    (answer,) = outcomes_of(ask("assessment.record", **fields))
    assert answer.done, answer.text
    assert session.scalars(select(Assessment.numerator)).one() == Decimal(-40)
    assert "−20.00 %" in text(client)
    by_value = fields | {"key": "v", "numerator": "", "denominator": "", "value": "-12.5", "method": "questionnaire"}
    (answer,) = outcomes_of(ask("assessment.record", **by_value))
    assert answer.done, answer.text
    assert "−12.50 %" in text(client)
    (answer,) = outcomes_of(ask("assessment.record", **FIELDS | {"key": "n", "numerator": "-1"}))
    assert not answer.done
    assert "不会为负" in answer.text


@pytest.mark.parametrize("search", ["", "?lang=en"])
def test_assessed_stands_beside_reported(client: TestClient, session: WriteSession, search: str) -> None:
    post(session, items_online=850)
    third = sign_in(client, session, Role.ASSESSOR)
    assert "assess-form" in text(client, search)
    assessed(session, third, evidence="https://example.org/17", note="=1+1")
    shown = text(client, search)
    for part in (
        "85.00 %",
        "90.00 %",
        "85.06 – 93.43",
        "+5.00",
        "noopener noreferrer nofollow",
        "=1+1",
        "assessment.revise",
    ):
        assert part in shown, part
    assert "90.00" in text(client, "?unit=441202&show=online_rate")
    assert "90.00" not in text(client, "?unit=441203")
    assert text(client, "?unit=%3Cscript&show=x")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EVALUATOR, Role.ADMIN, Role.CLERK])
def test_others_look_and_do_not_record(client: TestClient, session: WriteSession, role: Role) -> None:
    post(session, items_online=850)
    assessed(session, person(session, "third", role=Role.ASSESSOR))
    sign_in(client, session, role)
    shown = text(client)
    assert "90.00" in shown
    assert "assess-form" not in shown
    assert "assessment.revise" not in shown


@pytest.mark.usefixtures("blind")
def test_what_is_kept_from_an_assessor_is_on_no_page(client: TestClient, session: WriteSession) -> None:
    post(session, items_online=850)
    third = sign_in(client, session, Role.ASSESSOR)
    other = person(session, "fourth", role=Role.ASSESSOR)
    assessed(session, other, numerator=100)
    for path in ("/", "/units", "/units/441202", "/targets", "/targets/TG-05A", "/leaderboard", "/releases", "/assess"):
        assert "85.00" not in text(client, path=path), path
    assert "先记录自己的数值" in text(client, path="/units/441202")
    assert "暂不可见" in text(client)
    assessed(session, third)
    assert "85.00 %" in text(client)


def acting(monkeypatch: pytest.MonkeyPatch, principal: Principal) -> None:
    monkeypatch.setattr("dashboard.dispatch.reader", lambda: principal)


@pytest.mark.usefixtures("client")
def test_the_form_records_once_and_revises(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    post(session, items_online=850)
    acting(monkeypatch, person(session, "third", role=Role.ASSESSOR))
    for _ in range(2):
        (outcome,) = outcomes_of(ask("assessment.record", **FIELDS))
        assert outcome.done, outcome.text
    (row,) = session.scalars(select(Assessment)).all()
    assert (row.numerator, row.sample_size, row.note) == (Decimal(180), 200, "<b>现场</b>")
    revision = FIELDS | {"assessment": str(row.id), "seen": f"assessment-{row.id}-1", "numerator": "170"}
    assert not outcomes_of(ask("assessment.revise", **revision))[0].done
    assert outcomes_of(ask("assessment.revise", **revision, reason="复核"))[0].done
    assert not outcomes_of(ask("assessment.revise", **revision, reason="again"))[0].done


@pytest.mark.usefixtures("client")
@pytest.mark.parametrize(
    "changes",
    [
        {"method": "guess"},
        {"sample_size": "many"},
        {"sample_size": "9" * 30},
        {"numerator": "１８０"},
        {"value": "3"},
        {"evidence": "javascript:x"},
        {"period": ""},
        {"unit": ""},
        {"key": ""},
    ],
)
def test_a_form_that_cannot_be_meant_is_refused(
    session: WriteSession, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str]
) -> None:
    acting(monkeypatch, person(session, "third", role=Role.ASSESSOR))
    (outcome,) = outcomes_of(ask("assessment.record", **FIELDS | changes))
    assert not outcome.done
    (outcome,) = outcomes_of(ask("assessment.revise", **FIELDS | changes | {"assessment": "²"}))
    assert not outcome.done
    assert session.scalar(select(func.count()).select_from(Assessment)) == 0


@pytest.mark.usefixtures("client")
def test_a_reviewer_publishes_from_the_page_once(session: WriteSession, monkeypatch: pytest.MonkeyPatch) -> None:
    post(session)
    acting(monkeypatch, person(session, "bureau", role=Role.REVIEWER))
    asked = ask("release.publish", key="k", notes="三季度", basis="submitted")
    assert [outcomes_of(asked)[0].done for _ in range(2)] == [True, True]
    assert session.scalar(select(func.count()).select_from(Release)) == 1
    for fields in ({"notes": "", "basis": "submitted"}, {"notes": "x", "basis": "guess"}, {"notes": "x"}):
        assert not outcomes_of(ask("release.publish", key="other", **fields))[0].done
    acting(monkeypatch, person(session, "third", role=Role.ASSESSOR))
    assert not outcomes_of(asked)[0].done


def test_the_chart_joins_each_pair_and_shows_its_interval() -> None:
    from fractions import Fraction

    pairs = [
        Pair("甲", Fraction(80), Fraction(90), Fraction(85), Fraction(94), "words"),
        Pair("乙", None, Fraction(70), None, None, "words"),
    ]
    with speaking("zh"):
        figure = dumbbell_figure(pairs, reported="填报值", assessed="评估值", measure="%", theme=Theme.LIGHT)
    reported, found = figure["data"]
    assert (reported["x"], found["x"]) == ([80.0, None], [90.0, 70.0])
    assert (found["error_x"]["array"], found["error_x"]["arrayminus"]) == ([4.0, 0], [5.0, 0])
    assert [(line["x0"], line["x1"]) for line in figure["layout"]["shapes"]] == [(80.0, 90.0)]
    assert reported["marker"]["symbol"] != found["marker"]["symbol"]
