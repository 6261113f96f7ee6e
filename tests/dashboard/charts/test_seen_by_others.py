"""Charts for who sees no colour, or nothing: lines that differ in light, signs beside colours, figures in words."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from starlette.testclient import TestClient

from dashboard.charts.compared import DASHES
from dashboard.theme import PALETTES, Palette, Theme
from dashboard.words.figures import STATUS_SIGNS
from metrics.database import WriteSession
from metrics.results import Status
from tests.dashboard.drawn import nodes, said, window

CHARTED = ("/", "/leaderboard", "/targets/TG-05A", "/units/441202", "/tasks")
FADED = 0.5  # opacity of the lines that are context

# Machado, Oliveira, Fernandes 2009, severity 1: linear light as somebody without red, green or blue receptors sees it,
# and what is left of it on grey paper.
BLIND = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
    "greyscale": ((0.2126, 0.7152, 0.0722),) * 3,
    "everybody": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
TINT = 0.12  # of a status's colour behind a cell's words
Light = tuple[float, float, float]


def linear(colour: str) -> Light:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def over(colour: str, ground: str, opacity: float) -> str:
    mixed = [
        round(int(colour[p : p + 2], 16) * opacity + int(ground[p : p + 2], 16) * (1 - opacity)) for p in (1, 3, 5)
    ]
    return "#" + "".join(f"{part:02X}" for part in mixed)


def luminance(colour: str, kind: str = "everybody") -> float:
    light = linear(colour)
    red, green, blue = (min(max(sum(a * b for a, b in zip(row, light, strict=True)), 0), 1) for row in BLIND[kind])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, kind: str = "everybody") -> float:
    lighter, darker = sorted((luminance(one, kind), luminance(other, kind)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(params=Theme)
def palette(request: pytest.FixtureRequest) -> Palette:
    return PALETTES[request.param]


@pytest.mark.parametrize("kind", BLIND)
def test_the_line_in_colour_the_context_and_the_line_of_what_is_due_differ_in_light_alone(
    palette: Palette, kind: str
) -> None:
    """In grey too: the ink of what is due, the accent of the chosen one, the faded grey of all others, the ground."""
    drawn = [palette.ink, palette.accent, over(palette.muted, palette.raised, FADED), palette.raised]
    for one, other in combinations(drawn, 2):
        assert contrast(one, other, kind) >= 1.5, (one, other)


@pytest.mark.parametrize("kind", BLIND)
def test_a_status_stands_out_from_its_ground(palette: Palette, kind: str) -> None:
    for status, colour in palette.statuses.items():
        assert contrast(colour, palette.raised, kind) >= 3, status
        assert contrast(colour, palette.paper, kind) >= 3, status


@pytest.mark.parametrize("kind", BLIND)
def test_words_are_read_on_the_tint_of_every_status(palette: Palette, kind: str) -> None:
    for status, colour in palette.statuses.items():
        for ground in (palette.raised, palette.paper):
            assert contrast(palette.ink, over(colour, ground, TINT), kind) >= 4.5, status


@pytest.mark.parametrize("kind", BLIND)
def test_lines_that_were_chosen_stand_out_from_their_ground_and_differ_in_more_than_colour(
    palette: Palette, kind: str
) -> None:
    """Two of them may be one colour to somebody: each has a dash of its own, and its name stands at its end."""
    assert all(contrast(colour, palette.raised, kind) >= 3 for colour in palette.series)
    assert len(set(DASHES)) == len(DASHES) == len(palette.series)


def test_statuses_that_look_alike_in_grey_have_signs_of_their_own(palette: Palette) -> None:
    """Two statuses, green and red among them, may be one grey: the sign tells them, and every status has its own."""
    alike = {
        frozenset((one, other))
        for one, other in combinations(Status, 2)
        if contrast(palette.statuses[one], palette.statuses[other]) < 1.5
    }
    assert frozenset((Status.MET, Status.OVERDUE)) in alike
    assert all(len({STATUS_SIGNS[status] for status in pair}) == 2 for pair in alike)


def charts(tree: Any) -> list[dict[str, Any]]:
    return [node for node in nodes(tree) if node["props"].get("role") == "img"]


@pytest.mark.parametrize("path", CHARTED)
def test_every_chart_has_its_figures_in_words(evaluator: TestClient, submissions: WriteSession, path: str) -> None:
    """A graph is one image with a name, and the section it stands in has its figures as a table or a list."""
    tree = window(evaluator, path, "?lang=en")
    for picture in [node for node in nodes(tree) if "data-picture" in node["props"]]:
        for drawn in [node for node in nodes(picture) if node["type"] in ("Graph", "Img")]:
            named = [node for node in charts(picture) if drawn in list(nodes(node))]
            assert drawn["type"] == "Img" or [node["props"]["aria-label"] for node in named] != [], path
        sections = [
            node for node in nodes(tree) if node["type"] in ("Section", "Main") and picture in list(nodes(node))
        ]
        inner = sections[-1]
        told = [node for node in nodes(inner) if node["type"] in ("Table", "Ul", "Ol", "Dl")]
        assert any(said(node) for node in told), (path, said(picture)[:80])
    assert all(node["props"]["aria-label"].strip() for node in charts(tree))
