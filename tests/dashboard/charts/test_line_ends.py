"""Labels at the ends of lines lie neither on each other nor above the axis, where due dates are labelled."""

from __future__ import annotations

from itertools import pairwise

import pytest

from dashboard.charts.line_ends import spread


@pytest.mark.parametrize("heights", [[0.0], [280.0], [270.0, 275.0, 268.0], [10.0, 12.0, 200.0], [279.0, 100.0, 99.0]])
def test_labels_keep_apart_below_the_top(heights: list[float]) -> None:
    found = spread(heights)
    assert max(found) <= 280 - 16
    assert all(above - below >= 16 for below, above in pairwise(sorted(found)))
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    assert [found[place] for place in order] == sorted(found)
