"""Labels at the ends of lines stand in a gutter beside them, none on another, none above the axis or below it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.line_ends import LEAST_HEIGHT, ROW, LineEnd, end_labels, gutter, shortened, spread

ENDS = date(2020, 7, 12)  # the last day of the axis
LOW, HIGH = 40.0, 102.0
heights = st.lists(st.integers(0, 300), max_size=8)
ends = st.lists(
    st.builds(
        LineEnd,
        st.integers(0, 400).map(lambda days: ENDS - timedelta(days=days)),
        st.fractions(Fraction(40), Fraction(102), max_denominator=100),
        st.text("肇庆市ab 90.", min_size=1, max_size=20),
        st.just("#1B1F24"),
    ),
    max_size=8,
)


@given(heights)
def test_labels_are_moved_apart_and_keep_their_order(heights: list[int]) -> None:
    found = spread(heights, least=8, most=272, apart=ROW)
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    assert all(found[above] - found[below] >= ROW for below, above in pairwise(order))
    assert all(8 <= height <= 272 for height in found)


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert spread([40, 20, 56.5], least=8, most=272, apart=ROW) == [40, 20, 56.5]


@given(ends, st.booleans())
def test_each_box_is_beside_the_chart_within_its_height_and_on_no_other(ends: list[LineEnd], projected: bool) -> None:
    """Boxes on the lowest chart there is: where they keep apart there, they do on every higher one."""
    row = ROW * 3 / 2 if projected else ROW
    labels = end_labels(ends, gutter_at=ENDS, upwards=(LOW, HIGH), projected=projected)
    assert all((label["ax"], label["xanchor"]) == (ENDS.isoformat(), "left") for label in labels)
    middles = sorted((label["ay"] - LOW) / (HIGH - LOW) * LEAST_HEIGHT for label in labels)
    assert all(above - below >= row - 0.2 for below, above in pairwise(middles))
    assert all(row / 2 - 0.2 <= middle <= LEAST_HEIGHT - row / 2 + 0.2 for middle in middles)
    assert [(label["x"], label["y"]) for label in labels] == [(end.on.isoformat(), float(end.height)) for end in ends]


def test_the_gutter_is_as_wide_as_the_widest_label_and_there_is_none_without() -> None:
    short, wide = (LineEnd(ENDS, Fraction(90), text, "#1B1F24") for text in ("due 70", "<b>端州区 98.60</b>"))
    assert gutter([]) == 0
    assert gutter([short]) < gutter([short, wide]) == gutter([wide]) < gutter([wide], projected=True)
    assert gutter([wide]) >= 3 * 12 + 6 * 7


def test_a_name_is_shortened_by_how_wide_it_is() -> None:
    assert shortened("Duanzhou", 14) == "Duanzhou"
    assert shortened("Guangdong-Guangxi Zone", 14) == "Guangdong-Gua…"
    assert shortened("粤桂合作特别试验区", 14) == "粤桂合作特别…"
