"""Which course is whose: labels at the ends of lines, colours of their own, and the marks of what was corrected."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest

from dashboard.charts.course import course_figure
from dashboard.charts.multiple import small_course
from dashboard.theme import PALETTES, Theme
from tests.dashboard.charts.test_charts import LIGHT, chart, ground, traces


def test_every_line_in_colour_is_labelled_at_its_end_and_no_label_lies_on_another() -> None:
    """What is due stands at 70 and Duanzhou at 69.90: 0.6 px apart before they are moved."""
    drawn = chart(due_label="应达 70", way_labels=("须达 100",))
    courses = (
        replace(drawn.courses[0], label="端州区 69.90"),
        replace(drawn.courses[1], place=1, label="鼎湖区 85.00"),
    )
    layout = course_figure(replace(drawn, courses=courses), theme=Theme.LIGHT)["layout"]
    labels = {note["text"]: note for note in layout["annotations"]}
    assert (labels["端州区 69.90"]["x"], labels["端州区 69.90"]["y"]) == ("2019-10-31", 69.9)
    assert (labels["应达 70"]["x"], labels["应达 70"]["y"], labels["应达 70"]["xanchor"]) == ("2020-07-12", 70, "left")
    assert (labels["须达 100"]["x"], labels["须达 100"]["y"]) == ("2020-06-30", 100)
    colours = {text: labels[text]["font"]["color"] for text in ("端州区 69.90", "鼎湖区 85.00", "应达 70")}
    assert colours == {"端州区 69.90": LIGHT.accent, "鼎湖区 85.00": LIGHT.series[1], "应达 70": LIGHT.ink}
    assert "= 100 %" in labels


@pytest.mark.parametrize("theme", Theme)
def test_what_is_pointed_at_has_a_colour_of_its_own_never_that_of_what_is_due_or_of_another(theme: Theme) -> None:
    courses = chart().courses
    drawn = course_figure(chart(courses=(courses[0], replace(courses[1], place=1))), theme=theme)
    found, palette = traces(drawn), PALETTES[theme]
    lifted = drawn["layout"]["meta"]["lifted"]
    taken = [trace["line"]["color"] for trace in found.values()]
    assert lifted not in {*taken, palette.ink, palette.muted, *palette.statuses.values()}
    assert (found["端州区"]["line"]["color"], found["鼎湖区"]["line"]["color"]) == palette.series[:2]
    assert found["端州区"]["marker"]["symbol"] != found["鼎湖区"]["marker"]["symbol"]
    assert not set(palette.series) & {palette.ink, palette.muted, *palette.statuses.values()}


def test_a_corrected_point_has_a_sign_of_its_own_in_large_and_in_small() -> None:
    courses = chart().courses
    points = (replace(courses[0].points[0], revised=True), *courses[0].points[1:])
    figure = course_figure(chart(courses=(replace(courses[0], points=points),)), theme=Theme.LIGHT)
    marks = figure["data"][-1]
    assert (marks["name"], marks["meta"], marks["x"], marks["y"]) == ("revised", "441202", ["2019-08-31"], [66])
    assert marks["marker"]["symbol"] == "diamond"
    assert "revised" not in traces(course_figure(chart(), theme=Theme.LIGHT))
    small = small_course(ground(), replace(courses[0], points=points), colour="#B3261E", palette=LIGHT)
    assert small.count('class="revised"') == 1


def test_a_corrected_newest_point_is_a_diamond_in_the_colour_of_its_status_and_no_dot() -> None:
    """A dot over the mark would hide it where corrections are made most: in the month judged."""
    course = chart().courses[0]
    points = (*course.points[:-1], replace(course.points[-1], value=Fraction(66), revised=True))
    small = small_course(ground(), replace(course, points=points), colour="#B3261E", palette=LIGHT)
    (mark,) = re.findall(r'<path class="revised" [^>]+>', small)
    assert f'fill="{LIGHT.raised}" stroke="#B3261E"' in mark
    assert small.count("#B3261E") == 1
