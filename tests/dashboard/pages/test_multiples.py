"""The small charts of a target: in the order that the address asks for."""

from __future__ import annotations

from starlette.testclient import TestClient

from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window
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
