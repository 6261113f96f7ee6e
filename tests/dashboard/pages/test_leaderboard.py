"""The leaderboard's page: columns, groups, weights, and being drawn anew."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.pages.leaderboard import score_text, widest_gap
from metrics.database import WriteSession
from metrics.ledger.entry import newest_seq
from metrics.principal import Role
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.queries.progress_by_unit import progress_by_unit
from metrics.queries.view import view_at
from metrics.results import Rank
from metrics.rounding import shown_score
from tests.beginnings import beginning
from tests.dashboard.drawn import nodes, of_class, said, signed_in, use_secret, window
from tests.metrics.queries.test_views import post
from tests.people import person


@beginning
def posted(session: WriteSession) -> WriteSession:
    post(session, "441202", items_online=600, materials_current=900)
    post(session, "441203", items_online=900, materials_current=990)
    post(session, "ZQ-YUEGUI", items_online=800)
    return session


def test_of_a_month_without_data_nothing_earlier_is_said_to_be_shown(
    evaluator: TestClient, posted: WriteSession
) -> None:
    page = said(window(evaluator, "/leaderboard", "?month=2020-06"))
    assert page.count("2020年6月没有任何月报") == 1
    assert "以下为" not in page
    assert "尚无排名" in page


def test_every_weighed_target_has_a_column_with_its_weight(evaluator: TestClient, posted: WriteSession) -> None:
    view = view_at(posted)
    judged = progress_by_unit(posted, view)
    assert judged.on is not None
    columns = [said(node) for node in of_class(window(evaluator, "/leaderboard"), "weighed")]
    assert len(columns) == len(weighed_targets(view, on=judged.on))
    assert all("权重1" in column for column in columns)


def test_the_shares_shown_are_those_of_the_score(evaluator: TestClient, posted: WriteSession) -> None:
    text = said(window(evaluator, "/leaderboard"))
    rows = leaderboard(posted, view_at(posted))
    for row in rows:
        if row.score is not None:
            assert shown_score(row.score) in text
            assert all(shown_score(reached) in text for reached in row.attainments.values())


def test_how_a_score_is_made_leaves_out_what_does_not_apply() -> None:
    row = Rank("441202", date(2019, 9, 1), 1, Fraction(29, 30), None, None, {"A": Fraction(1), "C": Fraction(19, 20)})
    assert score_text(row, {"A": Fraction(1), "B": Fraction(1), "C": Fraction(2)}) == (
        "(1.0000 × 1 + 0.9500 × 2) ÷ 3 = 0.9667"
    )


def test_the_heading_names_no_more_than_five_of_those_who_share_the_first_place(
    evaluator: TestClient, session: WriteSession
) -> None:
    for unit in ("441202", "441203", "441204", "441223", "441224", "441225"):
        post(session, unit)
    assert "端州区、鼎湖区、高要区、广宁县、封开县等6个单位" in said(window(evaluator, "/leaderboard"))
    assert "Fengkai County and others, 6 in all" in said(window(evaluator, "/leaderboard", "?lang=en"))


def test_a_unit_that_is_ranked_alone_is_not_told_as_first(evaluator: TestClient, session: WriteSession) -> None:
    post(session, "441202")
    for search, told in (("?lang=zh", "仅端州区有名次"), ("?lang=en", "Only Duanzhou District is ranked in Sep 2019")):
        (title,) = (said(node) for node in nodes(window(evaluator, "/leaderboard", search)) if node["type"] == "H1")
        assert told in title


def test_pilots_are_a_group_beside_counties_and_zones(evaluator: TestClient, posted: WriteSession) -> None:
    tree = window(evaluator, "/leaderboard", "?show=pilots")
    table = said(of_class(tree, "leaderboard"))
    pilots = {"端州区": True, "四会市": True, "德庆县": True, "高新区": True, "高要区": False, "粤桂": False}
    assert {name: name in table for name in pilots} == pilots
    assert "仅试点" in said(tree)


def test_zones_are_ranked_among_themselves(evaluator: TestClient, posted: WriteSession) -> None:
    zones = said(of_class(window(evaluator, "/leaderboard", "?show=zones"), "leaderboard"))
    counties = said(of_class(window(evaluator, "/leaderboard", "?show=counties"), "leaderboard"))
    assert ("粤桂" in zones, "端州区" in zones) == (True, False)
    assert ("粤桂" in counties, "端州区" in counties) == (False, True)


def test_only_an_evaluator_finds_the_form_for_weights(evaluator: TestClient, posted: WriteSession) -> None:
    assert len(forms(window(evaluator, "/leaderboard"))) == 1
    assert forms(window(evaluator, "/leaderboard", f"?as_of={newest_seq(posted)}")) == []
    person(posted, "li", role=Role.CLERK)
    use_secret(evaluator, signed_in(posted, "li"))
    assert forms(window(evaluator, "/leaderboard")) == []


def forms(tree: object) -> list[Any]:
    return [node for node in nodes(tree) if "data-post" in node["props"]]


def test_the_page_follows_the_ledger_only_while_it_shows_now(evaluator: TestClient, posted: WriteSession) -> None:
    newest = newest_seq(posted)
    now, then = window(evaluator, "/leaderboard"), window(evaluator, "/leaderboard", f"?as_of={newest}")
    followed = [
        [n["props"]["data-follows"] for n in nodes(tree) if "data-follows" in n["props"]] for tree in (now, then)
    ]
    assert followed == [[str(newest)], []]
    assert evaluator.get("/newest").text == str(newest)


def test_a_stranger_may_not_ask_for_the_newest_entry(client: TestClient, posted: WriteSession) -> None:
    assert client.get("/newest", follow_redirects=False).status_code == 303


@beginning
def two_months(session: WriteSession) -> WriteSession:
    """441202 climbs from the third place to the first; 441204 falls from the first to the second."""
    for unit, before, now in (("441202", 600, 900), ("441203", 650, 660), ("441204", 690, 695)):
        post(session, unit, "2019-08", items_online=before, items_full_online=300)
        post(session, unit, "2019-09", items_online=now, items_full_online=300)
    return session


def ranks_part(tree: Any) -> Any:
    (part,) = of_class(tree, "ranks-over-time")
    return part


def test_ranks_over_time_are_drawn_and_tabled(evaluator: TestClient, two_months: WriteSession) -> None:
    """The heading says who moved most; each line, and each row of the table, has the rank of every month."""
    part = ranks_part(window(evaluator, "/leaderboard", "?lang=en"))
    assert said(next(node for node in nodes(part) if node["type"] == "H2")) == (
        "Duanzhou District climbed most: place 3 in Aug 2019, place 1 in Sep 2019"
    )
    (drawn,) = (node["props"]["figure"]["data"] for node in nodes(part) if node["type"] == "Graph")
    assert {line["meta"]: line["y"] for line in drawn if any(line["y"])} == {
        "441202": [3, 1],
        "441203": [2, 3],
        "441204": [1, 2],
    }
    rows = [[said(cell) for cell in row["props"]["children"]] for row in nodes(part) if row["type"] == "Tr"]
    assert ["Duanzhou District", "3", "1"] in rows
    assert ["Sihui City", "unranked", "unranked"] in rows


def test_the_unit_that_the_address_names_is_the_one_in_colour(evaluator: TestClient, two_months: WriteSession) -> None:
    part = ranks_part(window(evaluator, "/leaderboard", "?unit=441203&lang=en"))
    assert "Dinghu District: place 2 in Aug 2019, place 3 in Sep 2019" in said(part)
    (figure,) = (node["props"]["figure"] for node in nodes(part) if node["type"] == "Graph")
    assert [line["meta"] for line in figure["data"] if line["opacity"] == 1] == ["441203"]
    zones = ranks_part(window(evaluator, "/leaderboard", "?unit=441203&show=zones&lang=en"))
    assert "Dinghu District has no rank here" in said(zones)


def test_the_file_of_ranks_has_what_is_drawn(evaluator: TestClient, two_months: WriteSession) -> None:
    part = ranks_part(window(evaluator, "/leaderboard", "?lang=en"))
    (href,) = (node["props"]["href"] for node in nodes(part) if "/leaderboard.csv" in str(node["props"].get("href")))
    lines = evaluator.get(href).text.removeprefix("\ufeff").split("\r\n")
    of_unit = [line.split(",") for line in lines if ",441202," in line]
    assert [(row[3], row[0], row[5], row[6]) for row in of_unit] == [
        ("2019-08", "3", "", ""),
        ("2019-09", "1", "3", "2"),
    ]


@pytest.mark.parametrize(("score", "widest"), [("1", "0.01"), ("0.98", "0.02"), ("0.979", "0.05"), ("0", "1")])
def test_the_bar_begins_at_1_and_its_scale_is_said(score: str, widest: str) -> None:
    rows = [
        Rank(code, date(2019, 9, 1), 1, Fraction(text), None, None, {}) for code, text in (("A", "1"), ("B", score))
    ]
    assert widest_gap(rows) == Fraction(widest)


@pytest.mark.parametrize("unit", ["nope", "441200"])
def test_a_unit_that_is_not_ranked_leaves_who_moved_most_or_says_so(
    evaluator: TestClient, two_months: WriteSession, unit: str
) -> None:
    part = said(ranks_part(window(evaluator, "/leaderboard", f"?lang=en&unit={unit}")))
    assert ("Duanzhou District climbed most" in part) is (unit == "nope")
