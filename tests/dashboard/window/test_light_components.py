"""Components made lightly are those that Dash makes, and what Dash refuses is refused in its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from dash import dcc, html
from dash._utils import to_json

from dashboard.window import light_components
from dashboard.window.regions import as_sent

MADE: list[Callable[[], Any]] = [
    lambda: html.Td(),
    lambda: html.Td("a"),
    lambda: html.P(children=[html.B("a"), None, 3]),
    lambda: html.Img(src="a", alt=""),
    lambda: html.Div(["a", html.Span("b", **{"aria-hidden": "true"})], id="c", className="d", **{"data-e": "f"}),
    lambda: html.Div("a", id={"type": "b", "index": 1}),
    lambda: dcc.Link("a", href="/b", title="c"),
]
REFUSED: list[Callable[[], Any]] = [
    lambda: html.Div(colour="red"),
    lambda: html.Div("a", title=html.P("b")),
    lambda: html.Div("a", children="b"),
    lambda: html.Div(id={"a": [1]}),
    lambda: html.Div(id=3),
    lambda: dcc.Link("a"),
]


@pytest.fixture(scope="module")
def strict() -> tuple[list[Any], list[str]]:
    """What Dash itself makes of each, in a process that never made one lightly; and in which words it refuses."""
    classes = [*(getattr(html, name) for name in html.__all__), dcc.Link]
    light = {made: made.__init__ for made in classes if hasattr(made.__init__, "strict")}
    for made, constructor in light.items():
        made.__init__ = constructor.strict
    try:
        return [to_json(make()) for make in MADE], [refusal(make) for make in REFUSED]
    finally:
        for made, constructor in light.items():
            made.__init__ = constructor


def refusal(make: Callable[[], Any]) -> str:
    with pytest.raises(TypeError) as refused:
        make()
    return str(refused.value)


def test_they_are_what_dash_makes_and_refuses(strict: tuple[list[Any], list[str]]) -> None:
    light_components.install_light_components()
    light_components.install_light_components()
    assert [to_json(make()) for make in MADE] == strict[0]
    assert [refusal(make) for make in REFUSED] == strict[1]


def test_one_holds_no_more_than_it_was_given() -> None:
    light_components.install_light_components()
    made = html.Span("a", className="b")
    assert vars(made) == {"children": "a", "className": "b"}
    assert as_sent(made) == {"props": vars(made), "type": "Span", "namespace": "dash_html_components"}
    assert made.to_plotly_json()["props"] == vars(made)
