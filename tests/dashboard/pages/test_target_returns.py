"""Revisions ahead of their day as they are withdrawn on the page, each for the units for which it is ahead."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from tests.dashboard.drawn import asked_window, of_class, said, window
from tests.dashboard.pages.test_target_revise import CODE, DINGHU, DUANZHOU, PAGE, asks, desk, offered
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision

__all__ = ["desk"]  # the fixture


def test_a_revision_that_has_not_begun_is_withdrawn_on_the_page(desk: TestClient, submissions: WriteSession) -> None:
    fields = offered(asked_window(desk, asks(due_on="2036-03-31", effective_from="2035-01-01"), PAGE))
    asked_window(desk, {"do": "target.revise", "fields": fields, "nth": 2}, PAGE)
    tree = window(desk, PAGE, f"?lang=en&unit={DUANZHOU}")
    assert "In place of revision 2, which has not begun" in str(tree)
    for on_its_page in (tree, window(desk, PAGE, "?lang=en")):
        assert "Withdraw revision 2" in said(on_its_page)
    for shown in (tree, window(desk, f"/targets/{CODE}", "?lang=en")):
        second, first = (said(item) for item in of_class(shown, "revisions")[0]["props"]["children"])
        assert "not in force until 1 Jan 2035" in second
        assert ("the one judged by" in first, "the one judged by" in second) == (True, False)
    body = {"target": CODE, "seen": "2", "withdraws": DUANZHOU, "reason": "录入有误", "step": "try"}
    tree = asked_window(desk, {"do": "target.revise", "fields": body, "nth": 3}, PAGE)
    asked_window(desk, {"do": "target.revise", "fields": offered(tree), "nth": 4}, PAGE)
    assert "Withdraw revision" not in said(window(desk, PAGE, "?lang=en"))
    history = said(of_class(window(desk, f"/targets/{CODE}", "?lang=en"), "revisions"))
    assert "never in force: revision 3 took its place" in history


def test_of_units_of_which_one_has_a_revision_anew_each_is_told_and_withdrawn_apart(
    desk: TestClient, submissions: WriteSession
) -> None:
    both = revision(for_units=[DUANZHOU, DINGHU], threshold="60", effective_from="2035-01-01", citations=[CITATION])
    revise_target(submissions, CODE, principal=EVALUATOR, body=both)
    revise_target(
        submissions, CODE, principal=EVALUATOR, body=both | {"for_units": [DINGHU], "threshold": "65", "replaces": 2}
    )
    shown = said(window(desk, PAGE, "?lang=en"))
    for number, unit in ((3, "Dinghu District"), (2, "Duanzhou District")):
        assert re.search(rf"Withdraw revision {number}.?own target of {unit}.?Revision {number} is effective", shown)
    _third, second, _first = of_class(window(desk, f"/targets/{CODE}", "?lang=en"), "revisions")[0]["props"]["children"]
    assert "not in force until 1 Jan 2035 · never in force for Dinghu District: revision 3 took its place" in said(
        second
    )
