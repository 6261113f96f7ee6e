"""What the heading of a comparison says: nothing to compare, all level, and where units lie furthest apart."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from dashboard.locale import speaking
from dashboard.words.comparison_findings import apart_found, gaps_found, peers_found
from metrics.peers import Peers
from metrics.results import Rate
from metrics.submission_states import State


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


def group(*values: int) -> Peers:
    """`values` of the units a, b, c …, the higher the better."""
    return Peers({name: Fraction(value) for name, value in zip("abcd", values, strict=False)}, higher=True)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("standings", "en", "zh"),
    [
        ([None], "No figure to set beside its peers", "没有可与同组比较的数据"),
        ([group(1)], "No figure to set beside its peers", "没有可与同组比较的数据"),  # alone it is not first
        (
            [group(1, 2), None],
            "Beside its peers: first or level with the first on 0 of 1 target, last on 1",
            "与同组相比：1项目标中0项居首或并列居首，1项居末",
        ),
        (
            [group(3, 2, 1), group(5, 5), group(1, 1, 2), group(2, 3, 1)],
            "Beside its peers: first or level with the first on 2 of 4 targets, last on 1",
            "与同组相比：4项目标中2项居首或并列居首，1项居末",
        ),
    ],
)
def test_where_a_unit_stands_among_its_peers(standings: list[Peers | None], en: str, zh: str, language: str) -> None:
    with speaking(language):
        assert peers_found("a", standings) == (en if language == "en" else zh)


def course(**values: int | None) -> list[Rate]:
    """A unit's values by month of 2020: m1=50."""
    return [
        Rate("u", date(2020, int(name[1:]), 1), "i", value, 100, found, State.SUBMITTED, 1, 0, 1)
        for name, value in values.items()
        for found in (None if value is None else Fraction(value),)
    ]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("courses", "en", "zh"),
    [
        (
            [],
            "From Jan 2020 to Jun 2020 no indicator has two months of all units",
            "2020年1月至2020年6月，没有一项指标有各单位共同的两个月数据",
        ),
        (
            [{"a": course(m1=1, m2=2), "b": course(m3=1)}],
            "From Jan 2020 to Jun 2020 no indicator has two months of all units",
            "2020年1月至2020年6月，没有一项指标有各单位共同的两个月数据",
        ),
        (
            [{"a": course(m1=90, m2=10, m3=12, m4=None), "b": course(m2=20, m3=14, m4=90)}],
            "From Feb 2020 to Mar 2020, of 1 indicator: closer on 1",
            "2020年2月至2020年3月，1项指标中：1项差距缩小",
        ),
        (
            [
                {"a": course(m1=1, m5=5), "b": course(m1=2, m5=5), "c": course(m1=1, m5=9)},
                {"a": course(m2=1, m3=1), "b": course(m2=1, m3=1), "c": course(m2=1, m3=1)},
                {"a": course(m2=1, m3=1), "b": course(m2=4, m3=3), "c": course(m2=1, m3=1)},
            ],
            "From Jan 2020 to May 2020, of 3 indicators: closer on 1, further apart on 1, as far apart as before on 1",
            "2020年1月至2020年5月，3项指标中：1项差距缩小、1项差距扩大、1项差距不变",
        ),
        (  # who has no figure at all is told, and keeps nobody from comparing the others
            [{"a": course(m2=1, m3=1), "b": course(m2=4, m3=3), "c": course(m2=None)}, {"a": course(m1=3), "c": []}],
            "From Feb 2020 to Mar 2020, of 1 indicator: closer on 1; no figure of c from Jan 2020 to Jun 2020",
            "2020年2月至2020年3月，1项指标中：1项差距缩小；2020年1月至2020年6月没有c的数据",
        ),
        (
            [{"a": course(m2=1, m3=1), "b": course(), "c": course(m2=None)}],
            "From Jan 2020 to Jun 2020 no indicator has two months of all units; "
            "no figure of b, c from Jan 2020 to Jun 2020",
            "2020年1月至2020年6月，没有一项指标有各单位共同的两个月数据；2020年1月至2020年6月没有b、c的数据",
        ),
    ],
)
def test_how_far_apart_units_have_moved(courses: list[dict[str, list[Rate]]], en: str, zh: str, language: str) -> None:
    with speaking(language):
        found = gaps_found(courses, first=date(2020, 1, 1), last=date(2020, 6, 1))
        assert found == (en if language == "en" else zh)
