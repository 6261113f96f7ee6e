"""What slides of pages share: the foot and clauses of every one, and verdicts as bars with sign and colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard.grids.chart_view import clauses_of
from dashboard.locale import _, date_text, language
from dashboard.pages.flipped import Flipped, flipped_said, flipped_verdicts
from dashboard.parts import FLIP
from dashboard.theme import PALETTES, Theme
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    STATUS_SIGNS,
    due_text,
    indicator_name,
    light_word,
    status_word,
    target_rule,
    unit_name,
    value_text,
)
from dashboard.words.target_names import target_name_on
from metrics.plan.model import Plan, Target
from metrics.results import Progress, Status
from metrics.rounding import exact_decimal
from metrics.slides.slide import Slide, SlideChart, SlideSeries, SlideTable

OWN = "§"  # what a page marks verdicts by targets of units' own with
HAND = "✎"  # what a page marks lights set by hand with
_MOST_RULES = 3
ACCENT, GREY = (colour.removeprefix("#") for colour in (PALETTES[Theme.LIGHT].accent, PALETTES[Theme.LIGHT].muted))


def slide_of(
    reading: Reading,
    name: str,
    *,
    title: str,
    under: str,
    chart: SlideChart | None,
    table: SlideTable,
    targets: Sequence[Target],
    rows: int,
) -> Slide:
    """The slide, with what every one says at its foot. `rows`: how many the page has of which the table shows some."""
    more = (
        ""
        if rows <= len(table.rows)
        else _("{shown} of {n} rows; the file has them all", shown=len(table.rows), n=rows)
    )
    synthetic = (
        _("Synthetic demonstration data: no figure here was reported by anyone.") if reading.demonstration else ""
    )
    return Slide(
        name=name,
        language=language(),
        title=title,
        under=under,
        chart=chart,
        table=table,
        more=more,
        clauses=clauses_of(targets),
        foot=(" · ".join(vintage_words(reading)), document_line(reading.plan)),
        synthetic=synthetic,
    )


def of_targets(
    reading: Reading, name: str, verdicts: Sequence[Progress], *, title: str, under: str, more: tuple[str, list[str]]
) -> Slide:
    """A slide of one unit's verdicts on several targets: what it reached beside what is asked for."""
    plan = reading.plan
    targets = [plan.target_revision(one.target_code, one.target_revision) for one in verdicts]
    flipped = flipped_verdicts(reading, verdicts)
    labels = [
        marked_name(reading, _asked(plan, target), one, flipped) for target, one in zip(targets, verdicts, strict=True)
    ]
    asked = SlideSeries(_("Required"), tuple(exact_decimal(one.threshold) for one in verdicts), (GREY,))
    caption = _("Reached, in the colour of its status; required, in grey")
    rows = [
        (
            label,
            written_value(reading, verdict),
            due_text(target) if target.due_on is None else date_text(target.due_on),
            f"{STATUS_SIGNS[verdict.status]} {status_word(verdict.status)}",
            text,
        )
        for label, verdict, target, text in zip(labels, verdicts, targets, more[1], strict=True)
    ]
    chart = by_status(reading, caption, labels, verdicts)
    return slide_of(
        reading,
        name,
        title=title,
        under=" · ".join(filter(None, (under, hands_said(reading, verdicts), flipped_said(reading, flipped)))),
        chart=replace(
            chart, series=(*chart.series, asked), in_document=_("Reached; the line across each bar is what is required")
        ),
        table=SlideTable(
            _("What is reached of each target"),
            (_("Target"), _("Value"), _("Due"), _("Status"), more[0]),
            tuple(rows),
            frozenset({0, 2, 3}),
        ),
        targets=targets,
        rows=len(verdicts),
    )


def by_status(
    reading: Reading, caption: str, names: Sequence[str], verdicts: Sequence[Progress], *, line: Target | None = None
) -> SlideChart:
    """The verdicts' values as bars, each with the sign and the colour of its status."""
    palette = PALETTES[Theme.LIGHT]
    figures = tuple(None if one.value is None else written_value(reading, one) for one in verdicts)
    colours = tuple(palette.statuses[one.status].removeprefix("#") for one in verdicts)
    categories = tuple(f"{STATUS_SIGNS[one.status]} {name}" for name, one in zip(names, verdicts, strict=True))
    said = tuple(
        name + (f" ({status_word(one.status)})" if one.value is None else "")
        for name, one in zip(categories, verdicts, strict=True)
    )
    series = SlideSeries(_("Value"), figures, colours or (GREY,))
    at = None if line is None or line.threshold is None else line.threshold
    return SlideChart(caption, categories, (series,), line=at, said=said)


def written_value(reading: Reading, verdict: Progress) -> str:
    if verdict.value is None:
        return status_word(verdict.status) if verdict.status is Status.NO_DATA else NOTHING
    return value_text(reading.plan, reading.plan.indicator_by_code[verdict.indicator_code], verdict.value)


def cell_of(reading: Reading, verdict: Progress | None, flipped: Flipped) -> str:
    """The sign of the status before the value, marked as a name is; of no verdict that there is none."""
    if verdict is None:
        return NOTHING
    return marked_name(reading, f"{STATUS_SIGNS[verdict.status]} {written_value(reading, verdict)}", verdict, flipped)


def signs_of(verdicts: Sequence[Progress | None]) -> list[str]:
    """What the signs of these mean, in the order of the statuses."""
    found = {verdict.status for verdict in verdicts if verdict is not None}
    return [f"{STATUS_SIGNS[status]} {status_word(status)}" for status in Status if status in found]


def labels_of(plan: Plan, targets: Mapping[str, Target]) -> dict[str, str]:
    """What each row, column or bar is of, by the target's code; by when too where several ask for the same."""
    asked = {code: _asked(plan, target) for code, target in targets.items()}
    times = Counter(asked.values())
    return {
        code: label if times[label] == 1 else f"{label} · {due_text(targets[code])}" for code, label in asked.items()
    }


def _asked(plan: Plan, target: Target) -> str:
    indicator = plan.indicator_by_code[str(target.indicator)]
    return f"{indicator_name(indicator)} {target_rule(target, indicator)}"


def marked_name(reading: Reading, name: str, verdict: Progress, flipped: Flipped) -> str:
    """`name`, marked where its verdict is by a target of the unit's own, where its light was set by hand, and where a
    correction turned it.

    :func:`own_rules`, :func:`hands_said` and :func:`dashboard.pages.flipped.flipped_said` say by which.
    """
    own = f" {OWN}" if own_targets(reading, [verdict]) else ""
    own += f" {HAND}" if verdict.override is not None else ""
    return name + own + (f" {FLIP}" if (verdict.unit_code, verdict.target_code) in flipped.changes else "")


def hands_said(reading: Reading, verdicts: Sequence[Progress | None]) -> str:
    """The lights that somebody set by hand, each with its unit and target, and that there are more; empty for none."""
    plan = reading.plan
    told = [
        f"{unit_name(plan.unit_by_code[one.unit_code])} {target_name_on(plan, one.target_code, reading.on)}"
        + _(": ")
        + light_word(one.override.light)
        for one in verdicts
        if one is not None and one.override is not None
    ]
    more = ["…"] if len(told) > _MOST_RULES else []
    return f"{HAND} " + _("Light set by hand") + _(": ") + _("; ").join([*told[:_MOST_RULES], *more]) if told else ""


def own_targets(reading: Reading, verdicts: Sequence[Progress | None]) -> list[tuple[str, Target]]:
    """The units that have a target of their own among what is judged, each with that target, in their order."""
    judged = [one for one in verdicts if one is not None]
    stated = [(one.unit_code, reading.plan.target_revision(one.target_code, one.target_revision)) for one in judged]
    return [(unit, target) for unit, target in stated if target.for_units]


def own_rules(reading: Reading, own: Sequence[tuple[str, Target]], *, named: bool = False) -> str:
    """What those are judged by instead of what the slide states for all (`named`: with its indicator)."""
    plan, found = reading.plan, dict[str, list[str]]()
    for unit, target in own:
        indicator = plan.indicator_by_code[str(target.indicator)]
        asked = _asked(plan, target) if named else target_rule(target, indicator)
        found.setdefault(f"{asked}, {due_text(target)}", []).append(unit_name(plan.unit_by_code[unit]))
    rules = [_(", ").join(names) + f" {rule}" for rule, names in list(found.items())[:_MOST_RULES]]
    more = ["…"] if len(found) > _MOST_RULES else []
    if not rules:
        return ""
    return f"{OWN} " + _("own target") + _(": ") + _("; ").join((*rules, *more))
