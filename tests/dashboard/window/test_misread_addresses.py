"""An address is understood or said not to be: no parameter falls back to something else in silence."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from dashboard.window.address import address_of
from metrics.database import WriteSession
from tests.dashboard.drawn import nodes, of_class, said, window

ODD = {
    "/": ["targets=core", "map=TG-99", "unit=441202", "show=table"],
    "/targets/TG-05A": ["unit=999999", "targets=all"],
    "/units/441202": ["unit=441202"],
    "/tasks": ["show=timeline", "map=TG-05A", "state=overdue"],
    "/leaderboard": ["show=towns"],
    "/releases": ["compare=everything", "since=1"],
    "/review": ["state=done"],
    "/supervise/slips": ["state=lost", "unit=999999"],
    "/data": ["dataset=figures", "format=pdf", "map=TG-05A"],
    "/assess": ["unit=999999", "show=nothing", "state=done"],
}
GOOD = {
    "/": ["targets=all", "map=TG-05A"],
    "/targets/TG-05A": ["unit=441202"],
    "/tasks": ["show=table", "unit=441202"],
    "/leaderboard": ["show=zones"],
    "/releases": ["compare=verified"],
    "/review": ["state=submitted"],
    "/data": ["dataset=observations", "format=xlsx", "element=items_total"],
    "/assess": ["unit=441202", "show=online_rate"],
}


def cases(addresses: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(path, part) for path, parts in addresses.items() for part in parts]


@pytest.mark.usefixtures("submissions")
@pytest.mark.parametrize(("path", "part"), cases(ODD))
def test_what_means_nothing_on_a_page_is_said_and_can_be_removed(evaluator: TestClient, path: str, part: str) -> None:
    [note] = of_class(window(evaluator, path, f"?month=2019-09&{part}"), "misread")
    assert part in said(note)
    [remove] = [node["props"]["href"] for node in nodes(note) if "href" in node["props"]]
    assert remove == f"{path}?month=2019-09"


@pytest.mark.usefixtures("submissions")
@pytest.mark.parametrize(("path", "part"), cases(GOOD))
def test_what_a_page_keeps_is_no_cause_for_a_note(evaluator: TestClient, path: str, part: str) -> None:
    assert of_class(window(evaluator, path, f"?month=2019-09&{part}"), "misread") == []


def test_every_link_of_a_page_is_understood_where_it_leads(evaluator: TestClient, submissions: WriteSession) -> None:
    seen: set[str] = set()
    begun = ["/?month=2019-09", "/data", "/review", "/targets/TG-05A", "/tasks", "/releases", "/leaderboard"]
    for address in begun:
        path, _mark, search = address.partition("?")
        for node in nodes(window(evaluator, path, f"?{search}" if search else "")):
            href = node["props"].get("href", "")
            if node["type"] == "Link" and "?" in href:
                seen.add(href.partition("#")[0])
    assert len(seen) > 100
    for href in sorted(seen)[::25]:
        path, _mark, search = href.partition("?")
        assert of_class(window(evaluator, path, f"?{search}"), "misread") == [], href


def test_a_release_leaves_a_moment_beside_it_out_and_says_so() -> None:
    address = address_of("/", "?release=1&as_of=7")
    assert (address.release, address.as_of, address.misread) == (1, None, (("as_of", "7"),))


@pytest.mark.parametrize("path", ["/units/", "/targets/", "//", "/targets/TG-05A/"])
def test_a_slash_at_the_end_is_the_same_page(evaluator: TestClient, path: str) -> None:
    assert evaluator.get(path).status_code == 200
