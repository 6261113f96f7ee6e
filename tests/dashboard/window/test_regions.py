"""The regions of a window: named by their places, compared from the outside in, answered only where they differ."""

from __future__ import annotations

import json
from typing import Any

import dash_mantine_components as dmc
import pytest
from dash import dcc, html, no_update
from dash._utils import to_json
from starlette.testclient import TestClient

from dashboard.acts.forms import asking_form
from dashboard.window.ask import Ask
from dashboard.window.regions import DrawnWindow, Redrawn, as_sent
from metrics.database import WriteSession
from metrics.limits.kinds_of_work import CALLBACKS
from metrics.principal import Role
from tests.dashboard.drawn import ask_body, draw_body, nodes, said, signed_in, use_secret, why_body
from tests.people import person

HREF = "/periods?month=2019-09"
PAGES = (
    *("/", "/targets", "/targets/TG-05A", "/targets/TG-08A", "/units", "/units/441202", "/tasks", "/tasks/3"),
    *("/leaderboard", "/releases", "/data", "/assess", "/periods", "/review", "/review/3", "/nowhere"),
)


def window(
    told: str = "9 of 11", note: str = "n", *, href: str = HREF, more: bool = False, about: str = ""
) -> DrawnWindow:
    """A header; a main part with what is told, and a section with a note and a form."""
    form = asking_form("period.lock", dcc.Input(name="reason"), fields={"period": "2019-09"}, about=about)
    section = html.Section([html.H2("Manage"), html.Div(note), form])
    return DrawnWindow(
        href, [html.Header("Biaochi"), html.Main([html.Div(told), section, *([html.Div()] if more else [])])]
    )


def changed(now: DrawnWindow, then: DrawnWindow, *, done: Ask | None = None) -> list[str]:
    """The regions that a browser which shows `then` is answered; "" for the whole window."""
    redrawn = now.redrawn(before=then.redrawn(before=None).digests, done=done)
    return [""] if redrawn.frame is not no_update else list(redrawn.regions)


def test_the_same_again_is_not_drawn_again() -> None:
    assert changed(window(), window()) == []


def test_only_the_region_that_differs_is_drawn() -> None:
    assert changed(window("10 of 11"), window()) == ["region-1-0"]
    assert changed(window(note="m"), window()) == ["region-1-1-1"]
    assert changed(window("10 of 11", "m"), window()) == ["region-1-0", "region-1-1-1"]


def test_a_region_whose_own_parts_differ_is_drawn_with_all_that_is_in_it() -> None:
    assert changed(window(note="m", about="2"), window()) == ["region-1-1"]
    assert changed(window(more=True), window()) == ["region-1"]


def test_another_process_draws_the_same_digests() -> None:
    def link(**properties: str) -> DrawnWindow:
        drawn = html.Span("9 of 11")
        vars(drawn).update(properties)  # Dash sets them in an order that no two processes share
        return DrawnWindow(HREF, [html.Main(drawn)])

    one, another = link(title="a", lang="zh"), link(lang="zh", title="a")
    assert one.redrawn(before=None).digests == another.redrawn(before=None).digests


def test_a_component_is_sent_as_dash_would_send_it() -> None:
    drawn = html.Div(
        [
            "9 of 11",
            html.A([html.B("x"), None, ("y", html.I())], href="/", **{"data-of": "z", "aria-label": "w"}),
            dcc.Graph(figure={"data": [{"x": [1]}]}, responsive=True),
            dmc.Button(html.B("in"), leftSection=html.Span("beside")),
            html.P(0),
            html.P(),
        ],
        style={"width": "1px"},
    )
    assert json.loads(str(to_json(as_sent(drawn)))) == json.loads(str(to_json(drawn)))


def test_another_address_or_a_browser_that_shows_nothing_is_answered_the_whole_window() -> None:
    assert changed(window(href="/periods"), window()) == [""]
    for before in (None, "", "{", "[]", '"x"', json.dumps({"": "0"})):
        assert window().redrawn(before=before).frame is not no_update


def test_a_browser_without_a_region_that_differs_is_answered_the_whole_window() -> None:
    held = json.loads(window().redrawn(before=None).digests)
    del held["-1-0"]
    assert window("10 of 11").redrawn(before=json.dumps(held)).frame is not no_update


def test_a_region_with_a_store_is_drawn_with_the_whole_window() -> None:
    def with_store(data: str, note: str = "n") -> DrawnWindow:
        return DrawnWindow(HREF, [html.Main([html.Div([dcc.Store(id="s", data=data)]), html.P(note)])])

    assert changed(with_store("2"), with_store("1")) == [""]
    assert changed(with_store("1", "m"), with_store("1")) == ["region-0-1"]


def test_the_form_by_which_something_was_done_is_empty_again_and_no_other() -> None:
    lock = Ask(do="period.lock", fields={"period": "2019-09", "reason": "x"}, nth=3)
    assert changed(window(), window(), done=lock) == ["region-1-1"]
    assert changed(window(), window(), done=lock.model_copy(update={"do": "period.end"})) == []
    assert changed(window(), window(), done=lock.model_copy(update={"fields": {"period": "2019-08"}})) == []
    before = window().redrawn(before=None).digests
    section = window().redrawn(before=before, done=lock).regions["region-1-1"]
    assert section[2]["props"]["key"].endswith(" 3")


@pytest.mark.usefixtures("submissions")
def test_an_act_changes_no_form_but_its_own(reviewer: TestClient) -> None:
    here = ("/periods", "?month=2019-09&lang=en")
    first = drawn(reviewer, *here)
    lock = {"do": "period.lock", "fields": {"period": "2019-09", "reason": "x"}, "nth": 1}
    body = ask_body(reviewer, lock, *here, before=first["drawn"]["data"])
    answer = reviewer.post(CALLBACKS, json=body).json()
    regions = [part["children"] for part in answer["sideUpdate"].values()]
    asks = [node["props"]["data-asks"] for children in regions for node in nodes(children) if asks_of(node)]
    assert "frame" not in answer["response"]
    assert asks == ["period.unlock"]
    assert any("Sep 2019 is locked" in said(children) for children in regions)


def asks_of(node: dict[str, Any]) -> str | None:
    act: str | None = node["props"].get("data-asks")
    return act


@pytest.fixture
def reviewer(client: TestClient, session: WriteSession) -> TestClient:
    person(session, "bureau", role=Role.REVIEWER)
    use_secret(client, signed_in(session, "bureau"))
    return client


def drawn(client: TestClient, path: str, search: str, *, before: str | None = None) -> dict[str, Any]:
    answer = client.post(CALLBACKS, json=draw_body(path, search, before=before))
    assert answer.status_code == 200, answer.text
    assert before is None or "sideUpdate" not in answer.json()
    found: dict[str, Any] = answer.json()["response"]
    return found


@pytest.mark.usefixtures("submissions")
def test_an_act_that_is_refused_changes_nothing_but_the_outcome(evaluator: TestClient) -> None:
    first = drawn(evaluator, "/leaderboard", "?lang=en")
    body = ask_body(evaluator, {"do": "no.such"}, "/leaderboard", "?lang=en", before=first["drawn"]["data"])
    answer = evaluator.post(CALLBACKS, json=body).json()
    assert "frame" not in answer["response"]
    assert [said(part["children"]) for part in answer["sideUpdate"].values()] == ["Not doneThere is no such act."]
    assert answer["response"]["described"]["data"]["outcome"] == "Not done: There is no such act."


@pytest.mark.usefixtures("submissions")
def test_a_page_drawn_again_is_answered_nothing_new(evaluator: TestClient) -> None:
    for path in PAGES:
        first = drawn(evaluator, path, "?lang=en")
        again = drawn(evaluator, path, "?lang=en", before=first["drawn"]["data"])
        assert again["drawn"] == first["drawn"]
        assert set(again) == {"drawn", "described"}, path
        ids = [str(node["props"].get("id", "")) for node in nodes(first["frame"]["children"])]
        named = [identity.removeprefix("region") for identity in ids if identity.startswith("region-")]
        assert len(named) == len(set(named))
        assert {"", *named} == set(json.loads(first["drawn"]["data"])), path


@pytest.mark.usefixtures("submissions")
def test_what_is_explained_already_is_left_as_it_stands(evaluator: TestClient) -> None:
    asked = {"search": "?month=2019-09&lang=en"}
    first = evaluator.post(CALLBACKS, json=why_body("#why=441202/TG-05A", **asked)).json()["response"]
    body = why_body("#why=441202/TG-05A", **asked, before=first["explained"]["data"])
    assert evaluator.post(CALLBACKS, json=body).json()["response"] == {}
    other = why_body("#why=441202/TG-05B", **asked, before=first["explained"]["data"])
    assert "children" in evaluator.post(CALLBACKS, json=other).json()["response"]["why"]


def test_digests_that_are_not_ours_are_a_window_drawn_whole(evaluator: TestClient, submissions: WriteSession) -> None:
    for before in ("", "{", "[]", '{"": 1}'):
        body = draw_body("/") | {"state": [{"id": "drawn", "property": "data", "value": before}]}
        assert "frame" in evaluator.post(CALLBACKS, json=body).json()["response"]


def keys_of(redrawn: Redrawn) -> list[str]:
    """The keys of the forms that are drawn anew."""
    parts = [node["props"] for children in redrawn.regions.values() for node in nodes(children)]
    return [part["key"] for part in parts if part.get("data-asks") == "period.lock"]


def test_a_form_that_was_done_keeps_its_new_key_whatever_draws_it_again() -> None:
    done = Ask(do="period.lock", fields={"period": "2019-09"}, nth=3)
    shown = window().redrawn(before=None)
    after = window().redrawn(before=shown.digests, done=done)
    (emptied,) = keys_of(after)
    later = window(more=True).redrawn(before=after.digests)
    assert keys_of(later) == [emptied]
    assert keys_of(window().redrawn(before=later.digests)) == [emptied]
    assert keys_of(window(more=True).redrawn(before=shown.digests)) != [emptied]


@pytest.mark.parametrize("told", ["[]", "7", '"x"', '{"period.lock": 1}', "null"])
def test_what_we_did_not_send_as_emptied_is_passed_over(told: str) -> None:
    shown = json.loads(window().redrawn(before=None).digests)
    before = json.dumps(shown | {"emptied": json.loads(told)})
    assert window().redrawn(before=before).regions == {}
