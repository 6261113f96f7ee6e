"""Every page is declared once, and stands where it has to: on the rail, in docs/pages.md, in the accessibility walk."""

from __future__ import annotations

import pytest

from benchmarks.accessibility import MORE
from dashboard.frame import on_rail
from dashboard.outside import OUTSIDE
from dashboard.route import Route
from dashboard.routes import ROUTES, is_known
from dashboard.window.rail import RailLink
from metrics.principal import BOUND_TO_UNITS, Principal, Role
from tests.accessibility import PAGES
from tests.serving import ROOT

ICONS = ROOT / "dashboard" / "assets" / "icons"


def somebody(role: Role) -> Principal:
    units = frozenset({"441202"}) if role in BOUND_TO_UNITS else frozenset[str]()
    return Principal(user_id=1, username="chen", display_name="陈", role=role, units=units)


def paths(principal: Principal | None) -> list[str]:
    return [item.path for item in on_rail(principal)]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
class TestEveryPage:
    def test_answers_the_address_at_which_it_is_looked_at(self, route: Route) -> None:
        path = route.example[1].partition("?")[0]
        assert [other.path for other in ROUTES if other.match(path)] == [route.path]
        assert is_known(path)

    def test_is_walked_by_axe_in_the_tests_or_says_why_only_in_the_benchmark(self, route: Route) -> None:
        assert (route.example in PAGES) == (not route.unwalked)
        assert route.example in (*PAGES, *MORE)

    def test_is_on_somebody_s_rail_with_an_icon_or_says_why_not(self, route: Route) -> None:
        if isinstance(route.rail, RailLink):
            assert any(route.path in paths(somebody(role)) for role in Role)
            assert (ICONS / f"{route.rail.icon}.svg").is_file()
        else:
            assert route.rail

    def test_is_somebody_s_who_looks_at_it(self, route: Route) -> None:
        assert route.is_for(somebody(Role(route.example[0])))

    def test_is_described(self, route: Route) -> None:
        assert f" | {route.line} |" in (ROOT / "docs" / "pages.md").read_text(encoding="utf-8")


def test_pages_outside_the_window_are_walked() -> None:
    assert {(page.walker, page.path) for page in OUTSIDE} <= set(PAGES)


def test_the_rail_begins_with_one_s_own_work() -> None:
    assert paths(somebody(Role.EVALUATOR))[:2] == ["/", "/review"]
    assert paths(somebody(Role.REVIEWER))[:3] == ["/", "/review", "/collect"]
    assert paths(somebody(Role.CLERK))[:3] == ["/my", "/collect", "/"]
    assert paths(somebody(Role.LEADER))[:2] == ["/sign-off", "/"]


def test_the_rail_of_anyone_leads_to_what_is_open_to_anyone() -> None:
    assert paths(None) == [route.path for route in ROUTES if route.public and isinstance(route.rail, RailLink)]
    assert "/" in paths(None)
    assert not {"/data", "/assess", "/review", "/collect", "/my"} & set(paths(None))
