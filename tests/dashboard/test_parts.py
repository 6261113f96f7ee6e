"""Marks that stand beside a verdict wherever it is shown."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.parts import section
from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from tests.dashboard.drawn import of_class, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision


@pytest.mark.parametrize("path", ["/", "/targets/TG-05A?unit=441202", "/units/441202", "/leaderboard"])
def test_a_verdict_by_a_units_own_target_is_marked_with_that_target(
    evaluator: TestClient, submissions: WriteSession, path: str
) -> None:
    place, _, chosen = path.partition("?")
    search = "&".join(filter(None, ("?month=2019-09&lang=en", chosen)))
    before = own_marks(window(evaluator, place, search))
    revise_target(
        submissions,
        "TG-05A",
        principal=EVALUATOR,
        body=revision(
            for_units=["441202"], threshold="60", due_on="2019-12-31", effective_from="2019-08-01", citations=[CITATION]
        ),
    )
    submissions.commit()
    said_now = own_marks(window(evaluator, place, search))
    assert before == set()
    assert said_now == {"§Judged by the unit's own target: ≥ 60 %, by 31 Dec 2019"}


def own_marks(tree: Any) -> set[str]:
    return {said(mark) for mark in of_class(tree, "mark") if said(mark).startswith("§")}


def test_no_line_of_a_heading_ends_between_a_figure_and_what_it_counts() -> None:
    title = "7 units share the first place with 100.00 %; Huaiji County is last with 95.42 %"
    shown = section(title).to_plotly_json()["props"]["children"][0].children[0]
    assert [part.children for part in shown.children if not isinstance(part, str)] == [
        "7 units",
        "100.00 %;",
        "95.42 %",
    ]
    assert "".join(part if isinstance(part, str) else part.children for part in shown.children) == title
    assert section("Nothing in % can be compared").children[0].children[0].children == "Nothing in % can be compared"


def test_in_chinese_neither_though_no_blank_parts_them() -> None:
    shown = section("11个单位中，5个单位有逾期；怀集县57.28%").to_plotly_json()["props"]["children"][0].children[0]
    assert [part.children for part in shown.children if not isinstance(part, str)] == ["11个单位", "5个单位", "57.28%"]
