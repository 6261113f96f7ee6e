"""Verdicts on the month judged that a correction turned: marked where they stand, told with value, date and reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from dashboard.locale import _, count_text, date_text, ngettext
from dashboard.pages.corrected import MOST
from dashboard.parts import FLIP, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import STATUS_SIGNS, status_word, unit_name, value_text
from dashboard.words.target_names import target_name_on
from metrics.plan.level import MOST_SHOWN
from metrics.queries.flips import flips_of_corrections
from metrics.queries.turned_statuses import OneChange
from metrics.results import Progress

Component = Any
FlipTexts = Mapping[tuple[str, str], str]  # by unit and target
_MOST_ON_A_SLIDE = 2
_MOST_IN_SIGHT = 2  # lines below a matrix that the page has room for on a projector


@dataclass(frozen=True, slots=True)
class Flipped:
    """`changes`: the newest of each verdict, by unit and target; `left_out`: older corrections, not looked at."""

    changes: Mapping[tuple[str, str], OneChange] = field(default_factory=dict)
    left_out: int = 0


NOTHING_FLIPPED = Flipped()


def _newest_first(found: Flipped) -> list[tuple[tuple[str, str], OneChange]]:
    return sorted(found.changes.items(), key=lambda one: one[1].seq or 0, reverse=True)


def flipped_here(reading: Reading, units: Collection[str], targets: Collection[str]) -> Flipped:
    """What corrections turned of the verdicts on `targets` and `units`; nothing where too many report below these."""
    plan, month = reading.plan, reading.month
    below = {one.code for unit in units for one in plan.reporting_units_under(unit)}
    if month is None or not 0 < len(below) <= MOST_SHOWN:
        return NOTHING_FLIPPED
    found = flips_of_corrections(reading.session, reading.view, month, units=units, targets=targets, most=MOST)
    changes = {(one.unit or "", one.target or ""): one for one in found.changes}
    return Flipped(changes, found.corrections - found.held)


def flipped_verdicts(reading: Reading, verdicts: Sequence[Progress | None]) -> Flipped:
    """What corrections turned of `verdicts`."""
    there = [one for one in verdicts if one is not None]
    return flipped_here(reading, {one.unit_code for one in there}, {one.target_code for one in there})


def flip_text(reading: Reading, change: OneChange) -> str:
    """Flipped by a correction on 12 Oct 2019: ▲ Behind 65.00 → ✔ Met 71.00 · why."""
    when = change.recorded_at
    day = "" if when is None else date_text(when.astimezone(ZoneInfo(reading.timezone)).date())
    sides = {"before": _side(reading, change.was), "after": _side(reading, change.now)}
    said = _("flipped by a correction on {date}: {before} → {after}", date=day, **sides)
    return said + (f" · {change.reason}" if change.reason else "")


def _side(reading: Reading, verdict: Progress | None) -> str:
    if verdict is None:
        return ""
    value = value_text(reading.plan, reading.plan.indicator_by_code[verdict.indicator_code], verdict.value)
    return f"{STATUS_SIGNS[verdict.status]} {status_word(verdict.status)} {value}"


def flip_texts(reading: Reading, found: Flipped) -> FlipTexts:
    """What a mark says, by unit and target."""
    return {key: flip_text(reading, change) for key, change in found.changes.items()}


def flipped_list(reading: Reading, found: Flipped, *, with_way: bool = True) -> Component:
    """Every one with its unit and target, newest first, and what was not looked at: what does not fit is folded.

    `with_way`: ends with the way to all of them, where no legend above the list leads there (:func:`flipped_meaning`).
    """
    if not found.changes and not found.left_out:
        return None
    items = [_item(reading, unit, target, change) for (unit, target), change in _newest_first(found)]
    shown = items if len(items) <= _MOST_IN_SIGHT else items[: _MOST_IN_SIGHT - 1]
    rest = items[len(shown) :]
    foot = [dcc.Link(_("Verdicts flipped by a correction"), href=_every_flip(reading))] if with_way else []
    if found.left_out:
        foot += [_("; ")] * with_way + [_older(found)]
    return html.Div(
        [
            html.Ul(shown) if shown else None,
            html.Details([html.Summary(_("{n} more", n=count_text(len(rest)))), html.Ul(rest)]) if rest else None,
            html.P(foot, className="note") if foot else None,
        ],
        className="flips",
    )


def flipped_meaning(reading: Reading) -> Component:
    """What the mark means, for a legend, leading to all that have it."""
    words = dcc.Link(_("verdict flipped by a correction"), href=_every_flip(reading), className="within-text")
    return html.Span([FLIP, " ", words], className="status")


def _every_flip(reading: Reading) -> str:
    return reading.address.to("/changes", show="flipped")


def _item(reading: Reading, unit: str, target: str, change: OneChange) -> Component:
    plan, address = reading.plan, reading.address
    name = dcc.Link(target_name_on(plan, target, reading.on), href=address.to(f"/targets/{target}"))
    sign = html.Span(f"{FLIP} ", **{"aria-hidden": "true"})
    whose = unit_link(plan.unit_by_code[unit], address)
    return html.Li([sign, whose, " · ", name, _(": "), flip_text(reading, change)])


def _older(found: Flipped) -> str:
    older = found.left_out
    return ngettext("{n} older correction was not looked at", "{n} older corrections were not looked at", older)


def flipped_said(reading: Reading, found: Flipped) -> str:
    """The newest of them for the line under a slide's title, and how many were not looked at; empty for nothing."""
    newest = _newest_first(found)
    told = [
        f"{unit_name(reading.plan.unit_by_code[unit])} {target_name_on(reading.plan, target, reading.on)}"
        + _(": ")
        + flip_text(reading, change)
        for (unit, target), change in newest[:_MOST_ON_A_SLIDE]
    ]
    more = ["…"] * (len(newest) > _MOST_ON_A_SLIDE) + [_older(found)] * bool(found.left_out)
    return f"{FLIP} " + _("; ").join([*told, *more]) if told or more else ""
