"""What the heading of a comparison says: nothing to compare, all level, and where units lie furthest apart."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dashboard.locale import speaking
from dashboard.words.section_findings import apart_found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("apart", "en", "zh"),
    [
        ({}, "Nothing in % can be compared", "没有可比的百分率目标"),
        ({"Trips": Fraction(0)}, "No unit is ahead on any target in %", "各项百分率目标均持平"),
        (
            {"Trips": Fraction(3, 2), "Windows": Fraction(807, 100)},
            "Furthest apart on Windows, by 8.07 pp",
            "差距最大的是Windows，相差8.07个百分点",
        ),
    ],
)
def test_what_lies_furthest_apart(apart: dict[str, Fraction], en: str, zh: str, language: str) -> None:
    with speaking(language):
        assert apart_found(apart) == (en if language == "en" else zh)
