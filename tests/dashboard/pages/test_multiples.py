"""The small charts of a target: in the order that the address asks for."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.commands.revise_target import revise_target
from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
from tests.metrics.commands.test_revise_target import CITATION, EVALUATOR, revision
from tests.metrics.queries.test_views import post

PAGE = "/targets/TG-05A"


def test_small_charts_stand_in_the_order_that_the_address_asks_for(
    evaluator: TestClient, session: WriteSession
) -> None:
    """69.90, 85.00 and 70.00; who has not reported stands last, in every order by value."""
    post(session, items_online=699)
    post(session, "441203", items_online=850)
    post(session, "441204", items_online=700)
    shown = {}
    for order in (None, "best", "worst"):
        tree = window(evaluator, PAGE, f"?month=2019-09&lang=en{f'&multiples={order}' if order else ''}")
        shown[order] = [node["props"]["data-unit"] for node in of_class(tree, "multiple")]
        (here,) = [node for node in nodes(tree) if "filter here" in str(node["props"].get("className")) and
                   said(node) in ("As listed", "Best first", "Worst first")]  # fmt: skip
        assert said(here) == {None: "As listed", "best": "Best first", "worst": "Worst first"}[order]
    assert shown["best"][:3] == ["441203", "441204", "441202"]
    assert shown["worst"][:3] == ["441202", "441204", "441203"]
    assert shown["best"][3:] == shown["worst"][3:] == [code for code in shown[None] if code not in shown["best"][:3]]
    assert "Not understood" in said(window(evaluator, PAGE, "?multiples=first&lang=en"))


def test_a_small_chart_marks_the_dates_of_its_own_unit_whichever_unit_is_chosen(
    evaluator: TestClient, session: WriteSession
) -> None:
    """Duanzhou has until the end of the year and another window; Dinghu has what everybody has."""
    post(session, "441202", "2019-08", items_online=699)
    post(session, "441203", "2019-08", items_online=850)
    body = revision(
        for_units=["441202"],
        due_on="2019-12-31",
        verification_window={"start": "2020-01-01", "end": "2020-03-31"},
        effective_from="2019-08-01",
        citations=[CITATION],
    )
    revise_target(session, "TG-05A", principal=EVALUATOR, body=body)
    drawn = []
    for chosen in ("441202", "441203"):
        tree = window(evaluator, PAGE, f"?month=2019-08&unit={chosen}")
        images = {
            tile["props"]["data-unit"]: next(n["props"]["src"] for n in nodes(tile) if n["type"] == "Img")
            for tile in of_class(tree, "multiple")
        }
        drawn.append((images["441202"], images["441203"]))
    assert drawn[0] == drawn[1]
    assert ["rect" in image for image in drawn[0]] == [True, False]  # the window
