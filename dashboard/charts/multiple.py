"""One of many small charts: a unit's course against the line of what is due, all of them on the same two scales.

Drawn as SVG text like the instruments, without words: name, value and status stand beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboard.charts.course import UnitCourse
from dashboard.charts.instrument import Scale
from dashboard.theme import Palette, faded
from metrics.due_line import Corner, due_runs, judged_run
from metrics.results import Status

WIDTH, HEIGHT = 240, 80
_PAD = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """What all small charts of one target share."""

    begins: date
    ends: date
    scale: Scale

    def x(self, day: date) -> float:
        return round(_PAD + (day - self.begins).days / (self.ends - self.begins).days * (WIDTH - 2 * _PAD), 1)

    def y(self, value: Fraction) -> float:
        return round(HEIGHT - _PAD - self.scale.share(value) * (HEIGHT - 2 * _PAD), 1)


def shared_scale(values: Sequence[Fraction], *, share: bool) -> Scale:
    """From the tens below to the tens above for shares, from 0 to a little over the greatest for anything else."""
    if not share:
        return Scale(foot=min([*values, Fraction(0)]), head=max([*values, Fraction(1)]) * Fraction(11, 10))
    foot = Fraction(min(values, default=Fraction(0)) // 10 * 10)
    head = min(Fraction(-(-max(values, default=Fraction(100)) // 10) * 10), Fraction(100))
    return Scale(foot=foot, head=max(head, foot + 10))


def small_course(ground: Ground, course: UnitCourse, *, colour: str, palette: Palette) -> str:
    """The drawing, 240 × 80. A month without a value is a gap; the newest value is in the status's colour: a dot, or a
    diamond where it was corrected.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{_marks(ground, course, palette)}{_held_against(ground, course, palette)}"
        f"{_course(ground, course, colour=colour, palette=palette)}"
        "</svg>"
    )


def _marks(ground: Ground, course: UnitCourse, palette: Palette) -> str:
    """The frame, the unit's verification window as a band, every due date of its own as a dotted vertical."""
    drawn = f'<path d="M0 {HEIGHT - 0.5}H{WIDTH}" stroke="{palette.line}"/>'
    if course.window is not None:
        left, right = (ground.x(min(max(day, ground.begins), ground.ends)) for day in course.window)
        tint = faded(palette.statuses[Status.RECTIFYING], 0.14)
        drawn += f'<rect x="{left}" y="0" width="{round(right - left, 1)}" height="{HEIGHT - 1}" fill="{tint}"/>'
    for day in course.due_dates:
        drawn += f'<path d="M{ground.x(day)} 0V{HEIGHT - 1}" stroke="{palette.muted}" stroke-dasharray="1 3"/>'
    return drawn


def _held_against(ground: Ground, course: UnitCourse, palette: Palette) -> str:
    """The ways to what is ahead, dashed, the heavy line of what is due, and thin what it is judged by still."""
    drawn = "".join(_line(ground, way, f'stroke="{palette.ink}" stroke-dasharray="3 2"') for way in course.ways)
    runs = due_runs(course.due, begins=ground.begins, ends=ground.ends)
    drawn += "".join(_line(ground, run, f'stroke="{palette.ink}" stroke-width="2"') for run in runs)
    judged = judged_run(course.judged, begins=ground.begins, ends=ground.ends)
    return drawn + (_line(ground, judged, f'stroke="{palette.ink}" stroke-width="1"') if judged else "")


def _line(ground: Ground, corners: Sequence[Corner], stroke: str) -> str:
    points = " ".join(f"{ground.x(day)} {ground.y(height)}" for day, height in corners)
    return f'<polyline points="{points}" fill="none" {stroke}/>'


def _course(ground: Ground, course: UnitCourse, *, colour: str, palette: Palette) -> str:
    runs: list[list[str]] = [[]]
    for point in course.points:
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{ground.x(point.on)} {ground.y(point.value)}")
    drawn = ""
    for run in runs:
        if len(run) > 1:
            drawn += f'<polyline points="{" ".join(run)}" fill="none" stroke="{palette.accent}" stroke-width="1.5"/>'
        elif run:
            x, y = run[0].split()
            drawn += f'<circle cx="{x}" cy="{y}" r="1.5" fill="{palette.accent}"/>'
    newest = course.points[-1] if course.points else None
    for point in course.points:
        if point.value is None:
            continue
        place = ground.x(point.on), ground.y(point.value)
        if point.revised:
            drawn += _diamond(*place, palette.accent if point is not newest else colour, palette)
        elif point is newest:
            drawn += f'<circle cx="{place[0]}" cy="{place[1]}" r="3.5" fill="{colour}"/>'
    return drawn


def _diamond(x: float, y: float, colour: str, palette: Palette) -> str:
    """The mark of a value that was corrected: hollow, so that no dot is taken for it."""
    return (
        f'<path class="revised" d="M{x} {round(y - 5, 1)}l5 5l-5 5l-5 -5z" fill="{palette.raised}"'
        f' stroke="{colour}" stroke-width="1.5"/>'
    )
