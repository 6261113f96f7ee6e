"""The motif: a vertical scale with ticks, a notch at each target step, and the level where a unit stands.

Drawn as SVG text; :func:`as_image` makes it the source of an image. Positions are shares of the scale's height.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from urllib.parse import quote

from dashboard.theme import Palette
from metrics.plan.model import Indicator
from metrics.results import Rate

_SVG = "data:image/svg+xml,"
_AS_IT_IS = "/:=,;()' "
_WRITTEN = {letter: quote(letter) for letter in '%"<>#'}  # what drawings are full of; the sign of the code comes first
_OTHER = re.compile(rf"[^\w.~{_AS_IT_IS}{''.join(_WRITTEN)}-]", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at the foot and the head of a scale."""

    foot: Fraction
    head: Fraction

    def share(self, value: Fraction) -> float:
        """How far up `value` is, 0 to 1; values outside stop at the ends."""
        foot, head = self.foot, self.head
        risen = (value.numerator * foot.denominator - foot.numerator * value.denominator) * head.denominator
        whole = (head.numerator * foot.denominator - foot.numerator * head.denominator) * value.denominator
        return 0.0 if risen <= 0 else 1.0 if risen >= whole else risen / whole


def scale_of(indicator: Indicator, values: Sequence[Fraction]) -> Scale:
    """0 to 100 for shares; otherwise from 0 to a little over the greatest of `values`. Wider if a value is negative."""
    least = min([*values, Fraction(0)])
    greatest = Fraction(100) if indicator.share else max([*values, Fraction(1)]) * Fraction(6, 5)
    return Scale(foot=least, head=max(greatest, least + 1))


def rod(scale: Scale, *, level: Fraction | None, steps: Sequence[Fraction], colour: str, palette: Palette) -> str:
    """The large instrument, 30 × 96: ticks at tenths on the left, the level filled, a notch for every step."""
    foot, height = 92.0, 88.0

    def y(value: Fraction) -> float:
        return round(foot - scale.share(value) * height, 1)

    ticks = "".join(
        f'<path d="M{2 if tenth % 5 == 0 else 5} {foot - height * tenth / 10:.1f}H9" stroke="{palette.muted}"'
        f' stroke-width="1" opacity="{1 if tenth % 5 == 0 else 0.55}"/>'
        for tenth in range(11)
    )
    filled = ""
    if level is not None:
        top = y(level)
        filled = (
            f'<rect x="11" y="{top}" width="9" height="{round(foot - top, 1)}" fill="{colour}"/>'
            f'<path d="M10 {top}H21" stroke="{palette.ink}" stroke-width="2"/>'
        )
    notches = "".join(
        f'<path d="M21 {y(step)}l8 -4v8z" fill="{palette.ink}" opacity="{1 if place == 0 else 0.45}"/>'
        for place, step in enumerate(steps)
    )
    return as_svg(
        30,
        96,
        f'<rect x="10.5" y="{foot - height}" width="10" height="{height}" fill="none" stroke="{palette.muted}"/>'
        f"{ticks}{filled}{notches}",
    )


def small_rod(scale: Scale, *, level: Fraction | None, steps: Sequence[Fraction], colour: str, palette: Palette) -> str:
    """The small instrument beside a value, 72 × 12, lying down: level filled, a notch for every step."""

    def x(value: Fraction) -> float:
        return round(1 + scale.share(value) * 70, 1)

    filled = "" if level is None else f'<rect x="1" y="4" width="{round(x(level) - 1, 1)}" height="5" fill="{colour}"/>'
    notches = "".join(f'<path d="M{x(step)} 1V11" stroke="{palette.ink}" stroke-width="1.5"/>' for step in steps)
    return as_svg(
        72,
        12,
        f'<rect x="1" y="4" width="70" height="5" fill="{palette.line}"/>{filled}{notches}',
    )


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of a line: from the height `height` at `start` to `risen` at `end` (shares of the width)."""

    start: float
    end: float
    height: Fraction
    risen: Fraction


def sparkline(
    rates: Sequence[Rate],
    *,
    due: Sequence[Step],
    ways: Sequence[Step],
    scale: Scale,
    colour: str,
    palette: Palette,
    width: int = 120,
    revised: Sequence[bool] = (),
    judged: Sequence[Step] = (),
) -> str:
    """A course, what is due and the ways to what is ahead, `width` × 28.

    A month without a value is a gap; the newest value is a dot. What is due is whole, ways are thin and dashed;
    what it is `judged` by where that has left it, thin and whole.
    `revised`: for each of `rates` whether it was corrected, which a hollow diamond marks.
    """
    height, pad = 28, 3

    def y(value: Fraction) -> float:
        return round(height - pad - scale.share(value) * (height - 2 * pad), 1)

    span = max(len(rates) - 1, 1)
    places = [(round(pad + index * (width - 2 * pad) / span, 1), rate.value) for index, rate in enumerate(rates)]
    runs: list[list[str]] = [[]]
    for x, value in places:
        if value is None:
            runs.append([])
        else:
            runs[-1].append(f"{x} {y(value)}")
    lines = "".join(
        f'<polyline points="{" ".join(run)}" fill="none" stroke="{palette.ink}" stroke-width="1.5"/>'
        for run in runs
        if len(run) > 1
    )
    dots = "".join(
        f'<circle cx="{run[0].split()[0]}" cy="{run[0].split()[1]}" r="1.2"/>' for run in runs if len(run) == 1
    )

    def stretch(step: Step, stroke: str) -> str:
        start, end = pad + step.start * (width - 2 * pad), pad + step.end * (width - 2 * pad)
        return f'<path d="M{start:.1f} {y(step.height)}L{end:.1f} {y(step.risen)}" stroke="{palette.muted}" {stroke}/>'

    held_against = "".join(stretch(way, 'stroke-width="1" stroke-dasharray="2 2"') for way in ways)
    held_against += "".join(stretch(step, 'stroke-width="1"') for step in judged)
    held_against += "".join(stretch(step, 'stroke-width="2" stroke-linecap="square"') for step in due)
    end = ""
    if places and places[-1][1] is not None:
        end = f'<circle cx="{places[-1][0]}" cy="{y(places[-1][1])}" r="2.5" fill="{colour}"/>'
    hollow = f'fill="{palette.paper}" stroke="{palette.ink}"'
    marks = "".join(
        f'<path d="M{x} {y(value) - 3.5:.1f}l3.5 3.5l-3.5 3.5l-3.5 -3.5z" {hollow}/>'
        for (x, value), was in zip(places, revised, strict=False)
        if was and value is not None
    )
    return as_svg(width, height, f'{held_against}{lines}<g fill="{palette.ink}">{dots}</g>{end}{marks}')


def as_image(svg: str) -> str:
    """The source of an image that shows `svg`; it needs no request."""
    if svg.isascii() and _OTHER.search(svg) is None:  # as quote() has it, in a thirtieth of the time
        for letter, written in _WRITTEN.items():
            svg = svg.replace(letter, written)
        return _SVG + svg
    return _SVG + quote(svg, safe=_AS_IT_IS)


def as_svg(width: int, height: int, body: str) -> str:
    """A picture of `body` on a sheet of that size."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f"{body}</svg>"
    )
