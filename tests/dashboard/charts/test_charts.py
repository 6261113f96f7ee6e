"""Figures and drawings as data: every line, mark and gap stands where its value is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts.course import (
    Ahead,
    CourseChart,
    Point,
    UnitCourse,
    course_figure,
)
from dashboard.charts.due_marks import Stage, label_rows
from dashboard.charts.instrument import Scale, Step, as_image, rod, small_rod, sparkline
from dashboard.charts.multiple import Ground, shared_scale, small_course
from dashboard.charts.trends import TrendPanel, trends_figure
from dashboard.locale import speaking
from dashboard.pages.unit_trends import _trend
from dashboard.theme import PALETTES, Theme, stylesheet
from metrics.plan.files import read_plan
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Status
from tests.builders import sent_back_rate

LIGHT = PALETTES[Theme.LIGHT]


def chart(**changes: object) -> CourseChart:
    fields: dict[str, object] = {
        "stages": (
            Stage(threshold=Fraction(70), due_on=date(2019, 9, 30), label="≥ 70 %"),
            Stage(threshold=Fraction(100), due_on=date(2020, 6, 30), label="= 100 %"),
        ),
        "courses": (
            UnitCourse(
                unit="441202",
                name="端州区",
                points=(
                    Point(on=date(2019, 8, 31), value=Fraction(66), words="66.00 %"),
                    Point(on=date(2019, 9, 30), value=None, words="—"),
                    Point(on=date(2019, 10, 31), value=Fraction(699, 10), words="69.90 %"),
                ),
                due=((date(2019, 9, 30), Fraction(70)),),
                ways=(((date(2019, 8, 31), Fraction(66)), (date(2020, 6, 30), Fraction(100))),),
                chosen=True,
                due_dates=(date(2019, 9, 30), date(2020, 6, 30)),
                window=(date(2019, 10, 1), date(2019, 12, 31)),
            ),
            UnitCourse(
                unit="441203", name="鼎湖区", points=(Point(on=date(2019, 9, 30), value=Fraction(85), words="85.00 %"),)
            ),
        ),
        "begins": date(2019, 8, 1),
        "ends": date(2020, 7, 12),
        "months": ((date(2019, 9, 30), "2019年9月"),),
        "measure": "%",
        "share": True,
    }
    return CourseChart(**{**fields, **changes})  # type: ignore[arg-type]


def traces(figure: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {trace["name"]: trace for trace in figure["data"]}


@pytest.mark.parametrize("theme", Theme)
def test_what_is_due_is_one_heavy_line_that_rises_on_each_due_date(theme: Theme) -> None:
    found = traces(course_figure(chart(), theme=theme))
    line = found["due"]
    assert list(zip(line["x"], line["y"], strict=True)) == [("2019-09-30", 70), ("2020-07-12", 70)]
    widths = {name: trace["line"]["width"] for name, trace in found.items()}
    assert widths["due"] > widths["端州区"] > widths["鼎湖区"]


@pytest.mark.parametrize("theme", Theme)
def test_the_way_to_what_is_ahead_is_thin_and_dashed(theme: Theme) -> None:
    way = traces(course_figure(chart(), theme=theme))["way"]
    assert list(zip(way["x"], way["y"], strict=True)) == [("2019-08-31", 66), ("2020-06-30", 100)]
    assert (way["line"]["width"], way["line"]["dash"]) == (1, "dash")


def test_an_unreported_month_is_a_gap() -> None:
    course = traces(course_figure(chart(), theme=Theme.LIGHT))["端州区"]
    assert list(course["y"]) == [66, None, 69.9]
    assert course["connectgaps"] is False
    assert list(course["customdata"]) == ["66.00 %", "—", "69.90 %"]


def test_the_chosen_course_is_drawn_over_the_others() -> None:
    assert list(traces(course_figure(chart(), theme=Theme.LIGHT))) == ["鼎湖区", "端州区", "way", "due"]


def test_due_dates_and_the_window_are_marked() -> None:
    window = (date(2019, 10, 1), date(2019, 12, 31), "整改完善期")
    figure = course_figure(chart(window=window), theme=Theme.LIGHT)["layout"]
    verticals = [shape["x0"] for shape in figure["shapes"] if shape["type"] == "line"]
    bands = [(shape["x0"], shape["x1"]) for shape in figure["shapes"] if shape["type"] == "rect"]
    assert verticals == ["2019-09-30", "2020-06-30"]
    assert bands == [("2019-10-01", "2019-12-31")]
    assert [note["text"] for note in figure["annotations"]] == ["≥ 70 %", "= 100 %", "整改完善期"]


def test_labels_of_near_due_dates_stand_above_each_other() -> None:
    days = [date(2019, 9, 30), date(2019, 12, 31), date(2020, 6, 30)]
    stages = [Stage(Fraction(70), day, "") for day in days]
    assert label_rows(stages, begins=date(2019, 1, 1), ends=date(2020, 7, 1)) == [2, 1, 0]
    assert label_rows(stages, begins=date(2000, 1, 1), ends=date(2020, 7, 1)) == [2, 1, 0]
    assert label_rows(stages, begins=date(2019, 9, 1), ends=date(2020, 7, 1)) == [1, 0, 0]
    assert label_rows([], begins=date(2019, 1, 1), ends=date(2020, 7, 1)) == []


def test_a_projection_is_dotted_with_its_fan() -> None:
    ahead = Ahead(
        start=Point(on=date(2019, 10, 31), value=Fraction(699, 10), words=""),
        on=date(2020, 6, 30),
        value=Fraction(96),
        low=Fraction(90),
        high=Fraction(100),
    )
    found = traces(course_figure(chart(ahead=ahead), theme=Theme.LIGHT))
    assert found["projection"]["line"]["dash"] == "dot"
    assert list(found["projection"]["y"]) == [69.9, 96]
    assert list(found["fan"]["y"]) == [69.9, 100, 90, 69.9]


def test_trends_share_one_scale_and_show_what_is_due_and_ahead() -> None:
    points = ((date(2019, 9, 30), Fraction(70), "70.00 %"), (date(2019, 10, 31), None, "—"))
    way = ((date(2019, 9, 30), Fraction(70)), (date(2020, 6, 30), Fraction(100)))
    trends = [
        TrendPanel(title="a", points=points, due=((date(2019, 6, 30), Fraction(60)),), ways=(way,)),
        TrendPanel(title="b", points=points),
    ]
    drawn = trends_figure(trends, span="2019年9月", theme=Theme.DARK)
    layout = drawn["layout"]
    assert layout["xaxis2"]["title"]["text"] == "2019年9月"
    assert layout["yaxis2"]["matches"] == "y"
    lines = {trace["name"]: trace for trace in drawn["data"]}
    assert list(lines) == ["way", "due", "a", "b"]
    assert {trace["xaxis"] for trace in drawn["data"][:3]} == {"x"}
    assert (lines["due"]["x"], lines["due"]["y"]) == (["2019-09-30", "2020-07-12"], [60, 60])
    assert (lines["way"]["x"][-1], lines["way"]["y"][-1], lines["way"]["line"]["dash"]) == ("2020-06-30", 100, "dash")


def test_panels_of_another_measure_have_a_scale_of_their_own_with_its_unit() -> None:
    points = ((date(2019, 9, 30), Fraction(1), "x"),)
    kinds = ("%", "工作日", "%", "工作日", "元<")
    trends = [TrendPanel(title=f"t{n}", points=points, measure=kind) for n, kind in enumerate(kinds)]
    layout = trends_figure(trends, span="2019年9月", theme=Theme.LIGHT)["layout"]
    axes = [layout[f"yaxis{number}"] for number in ("", "2", "3", "4", "5")]
    assert [axis.get("matches") for axis in axes] == [None, None, "y", "y2", None]
    assert [axis.get("ticksuffix") for axis in axes] == [" %", None, None, None, None]
    assert [axis.get("showticklabels", True) for axis in axes] == [True, True, False, False, True]
    assert [axis.get("ticklabelposition") for axis in axes] == [None, "inside", None, None, "inside"]
    texts = [annotation["text"] for annotation in layout["annotations"]]
    assert texts == ["t0", "t1 (工作日)", "t2", "t3 (工作日)", "t4 (元&lt;)"]


def test_a_plan_without_shares_shows_no_per_cent_anywhere() -> None:
    points = ((date(2019, 9, 30), Fraction(1), "x"),)
    layout = trends_figure(
        [TrendPanel(title="t", points=points, measure="工作日")], span="2019年9月", theme=Theme.LIGHT
    )["layout"]
    assert "%" not in str(layout)
    drawn = course_figure(chart(measure="工作日", share=False), theme=Theme.LIGHT)["layout"]["yaxis"]
    assert (drawn["ticksuffix"], drawn["title"]["text"]) == ("", "工作日")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_unit_pages_chart_takes_the_unit_of_the_indicator(language: str) -> None:
    plan = read_plan(Path(__file__).parents[3] / "seed" / "plan")
    indicator, unit = plan.indicator_by_code["startup_time"], plan.unit_by_code["441202"]
    judged = JudgedProgress(on=None, period=None, courses={("441202", "startup_time"): [sent_back_rate(42, 40)]})
    with speaking(language):
        assert _trend(plan, judged, unit, indicator).measure == indicator.unit_of_measure.in_language(language)


@given(st.fractions(min_value=-50, max_value=150), st.fractions(min_value=0, max_value=100))
def test_the_level_stands_where_the_value_is(level: Fraction, step: Fraction) -> None:
    scale = Scale(foot=Fraction(0), head=Fraction(100))
    drawn = rod(scale, level=level, steps=[step], colour="#0B7A5E", palette=LIGHT)
    ElementTree.fromstring(drawn)  # noqa: S314  our own text
    height = re.search(r'height="([\d.]+)" fill="#0B7A5E"', drawn)
    assert height is not None
    assert float(height[1]) == pytest.approx(88 * min(max(float(level), 0), 100) / 100, abs=0.11)


def test_without_a_value_there_is_no_level() -> None:
    scale = Scale(foot=Fraction(0), head=Fraction(100))
    for draw in (rod, small_rod):
        assert "#B3261E" not in draw(scale, level=None, steps=[Fraction(70)], colour="#B3261E", palette=LIGHT)


def test_a_sparkline_breaks_where_nothing_was_reported() -> None:
    scale = Scale(foot=Fraction(0), head=Fraction(100))
    rates = [sent_back_rate(n, 100) for n in (10, 20, 30, 40)]
    rates[1] = replace(rates[1], numerator=None, denominator=None, value=None)
    due, way = Step(0.5, 1, Fraction(70), Fraction(70)), Step(0, 0.5, Fraction(10), Fraction(70))
    drawn = sparkline(rates, due=[due], ways=[way], scale=scale, colour="#0B7A5E", palette=LIGHT)
    ElementTree.fromstring(drawn)  # noqa: S314  our own text
    assert re.findall(r'd="(M[^"]+)" stroke="[^"]+" stroke-width="(\d)"', drawn) == [
        ("M3.0 22.8L60.0 9.6", "1"),
        ("M60.0 9.6L117.0 9.6", "2"),
    ]
    assert drawn.count("<polyline") == 1
    assert drawn.count("<circle") == 2  # the lonely first month, and the newest


def test_an_image_needs_no_request() -> None:
    assert as_image("<svg a='#0B7A5E'/>").startswith("data:image/svg+xml,%3Csvg")
    assert "#" not in as_image("<svg a='#0B7A5E'/>")


@pytest.mark.parametrize("letter", [chr(code) for code in range(128)] + ["县", "\u2212"])
def test_an_image_is_written_as_an_address_is(letter: str) -> None:
    svg = f'<svg a="50%25"><text>{letter}</text><path d="M0 1.5L-3,4" fill="#0B7A5E"/>{letter}</svg>'
    assert as_image(svg) == "data:image/svg+xml," + quote(svg, safe="/:=,;()' ")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(colour: str, ground: str, share: float) -> str:
    pairs = [(int(colour[p : p + 2], 16), int(ground[p : p + 2], 16)) for p in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02X}" for a, b in pairs)


@pytest.mark.parametrize("theme", Theme)
def test_texts_and_signs_can_be_told_from_their_ground(theme: Theme) -> None:
    palette = PALETTES[theme]
    for ground in (palette.paper, palette.raised):
        for text in (palette.ink, palette.muted, palette.accent):
            assert contrast(text, ground) >= 4.5
        for status, colour in palette.statuses.items():
            tint = mixed(colour, ground, 0.12)
            assert contrast(palette.ink, tint) >= 4.5, status
            sign_ground = ground if status in (Status.NO_DATA, Status.NOT_APPLICABLE) else tint
            assert contrast(colour, sign_ground) >= 3, (status, ground)


def test_the_stylesheet_holds_every_token_of_both_themes() -> None:
    text = stylesheet()
    for palette in PALETTES.values():
        for colour in (palette.paper, palette.ink, *palette.statuses.values()):
            assert colour in text


def ground() -> Ground:
    drawn = chart()
    return Ground(drawn.begins, drawn.ends, Scale(foot=Fraction(60), head=Fraction(100)))


def test_a_small_chart_has_what_is_due_the_way_ahead_the_band_and_the_gap() -> None:
    """One run before the unreported month, one dot after it; heights on the shared scale."""
    drawn = small_course(ground(), chart().courses[0], colour="#0B7A5E", palette=LIGHT)
    ElementTree.fromstring(drawn)  # noqa: S314  our own text
    lines = re.findall(rf'points="([^"]+)" fill="none" stroke="{LIGHT.ink}" (stroke-\w+)', drawn)
    heights = [([float(number) for number in line.split()[1::2]], stroke) for line, stroke in lines]
    assert heights == [([65.2, 4], "stroke-dasharray"), ([58, 58], "stroke-width")]
    dots = re.findall(rf'<circle [^>]+ r="1.5" fill="{LIGHT.accent}"', drawn)
    assert (len(dots), drawn.count("#0B7A5E"), drawn.count("<rect")) == (2, 1, 1)
    assert drawn.count('stroke-dasharray="1 3"') == 2


def test_a_small_chart_of_an_unreported_month_has_no_dot() -> None:
    points = (Point(on=date(2019, 8, 31), value=Fraction(66), words=""), Point(date(2019, 9, 30), None, ""))
    for shown in (points, ()):
        drawn = small_course(ground(), UnitCourse("441202", "端州区", shown), colour="#B3261E", palette=LIGHT)
        assert "<svg" in drawn
        assert "#B3261E" not in drawn


@given(st.lists(st.fractions(min_value=-50, max_value=100), max_size=5), st.booleans())
def test_every_value_lies_on_the_shared_scale(values: list[Fraction], share: bool) -> None:
    scale = shared_scale(values, share=share)
    assert scale.head > scale.foot
    assert all(scale.foot <= value <= scale.head for value in values)
