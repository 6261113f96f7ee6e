"""What changed as a table: whose, of what, before and after, by which entry, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, date_text, instant_text, language, month_text, ngettext
from dashboard.parts import plain_table, scrolled, status_mark, unit_link
from dashboard.window.reading import Reading
from dashboard.words.figures import (
    NOTHING,
    light_word,
    measure,
    threshold_text,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.submissions import figure_word
from dashboard.words.target_changes import change_text
from dashboard.words.target_names import target_name_on
from metrics.queries.turned_statuses import Cause, ChangeKind, OneChange
from metrics.results import Light, Progress, Status
from metrics.submission_states import State

Component = Any
MOST = 200  # rows of a section
_UNFOLDED, _NAMED = 12, 12  # rows of verdicts that stand unfolded, units named before a fold
_WHAT, _MONTH, _CAUSE, _REASON, _FIELDS = 1, 2, 6, 7, 8  # places of columns


def change_tables(reading: Reading, changes: Sequence[OneChange], *, caption: str) -> list[Component]:
    """`changes` are of one kind. What led to a verdict is one click away: its cells lead to why.

    What is the same of all of them is said once, before their table; many verdicts stand folded by target, each fold
    with its units in sight.
    """
    alike = _alike(reading, changes)
    told = [html.P(" · ".join(alike.values()), className="note")] if alike else []
    if len(changes) <= _UNFOLDED or changes[0].kind is not ChangeKind.STATUS:
        return [*told, _table(reading, changes, without=set(alike), caption=caption)]
    by_target: dict[str, list[OneChange]] = {}
    for change in changes:
        by_target.setdefault(str(change.target), []).append(change)
    largest = sorted(by_target.values(), key=lambda ones: -len(ones))
    return [*told, *(_fold(reading, ones, without=set(alike)) for ones in largest)]


def _alike(reading: Reading, changes: Sequence[OneChange]) -> dict[int, str]:
    """By the place of its column, what is the same of every one of several changes and not nothing, as words."""
    if len(changes) < 2:
        return {}
    periods, causes = ({getattr(one, name) for one in changes} for name in ("period", "cause"))
    found = {}
    if len(periods) == 1 and (period := changes[0].period) is not None:
        found[_MONTH] = _("Month") + _(": ") + month_text(period)
    if len(causes) == 1 and (cause := changes[0].cause) is not None:
        found[_CAUSE] = _("Cause") + _(": ") + cause_word(cause)
    return found


def _fold(reading: Reading, changes: Sequence[OneChange], *, without: set[int]) -> Component:
    """The changes of one target behind its name, how many they are and whose."""
    units = [reading.plan.unit_by_code.get(str(one.unit)) for one in changes]
    names = _(", ").join(unit_name(unit) for unit in units[:_NAMED] if unit is not None)
    more = ngettext("and {n} more", "and {n} more", len(units) - _NAMED) if len(units) > _NAMED else ""
    what = _what(reading, changes[0])
    name = getattr(what, "children", what)
    summary = [html.B(f"{name} {len(changes)}"), html.Span(f"{names} {more}".strip(), className="note")]
    table = _table(reading, changes, without={*without, _WHAT}, caption=str(name))
    return html.Details([html.Summary(summary), html.P(what), table], className="fold")


def _table(reading: Reading, changes: Sequence[OneChange], *, without: set[int], caption: str) -> Component:
    headings = [_("Unit"), _("What"), _("Month"), _("Before"), _("After"), _("Recorded"), _("Cause"), _("Reason")]
    headings.append(_("What changed"))
    left_out = {
        ChangeKind.STATUS: {_FIELDS},
        ChangeKind.TARGET: {_MONTH, _CAUSE},
    }.get(changes[0].kind, {_CAUSE, _FIELDS}) | without
    if not any(one.reason for one in changes):
        left_out |= {_REASON}
    rows = [_row(reading, *ones) for ones in _together(changes)]
    kept = [place for place in range(len(headings)) if place not in left_out]
    shown = [[row[place] for place in kept] for row in rows]
    return scrolled(
        plain_table(caption, [headings[place] for place in kept], shown, labelled=True), name="texts as-cards"
    )


def _together(changes: Sequence[OneChange]) -> Iterable[list[OneChange]]:
    """The changes of each row: one revision of a target that says the same of several units is one row."""
    found: dict[object, list[OneChange]] = {}
    for place, change in enumerate(changes):
        own = change.kind is ChangeKind.TARGET and change.unit is not None
        row = (change.target, change.seq, change.before, change.after, repr(change.fields)) if own else place
        found.setdefault(row, []).append(change)
    return found.values()


def _units(reading: Reading, changes: Sequence[OneChange]) -> Component:
    """Whose the changes of a row are."""
    known = [reading.plan.unit_by_code.get(one.unit or "") for one in changes]
    links = [
        (one.unit or _("All units")) if unit is None else unit_link(unit, reading.address)
        for one, unit in zip(changes, known, strict=True)
    ]
    return links[0] if len(links) == 1 else html.Span([part for link in links for part in (link, _(", "))][:-1])


def _row(reading: Reading, *changes: OneChange) -> list[Component]:
    """One row of changes that differ in whose they are alone."""
    change = changes[0]
    when = None if change.recorded_at is None else instant_text(change.recorded_at, timezone=reading.timezone)
    before, after = _sides(reading, change)
    return [
        _units(reading, changes),
        _what(reading, change),
        NOTHING if change.period is None else html.Span(month_text(change.period), className="unbroken"),
        before,
        after,
        NOTHING if when is None else html.Span(when, className="unbroken", title=_("entry {seq}", seq=change.seq)),
        NOTHING if change.cause is None else html.Span(cause_word(change.cause), className="unbroken"),
        change.reason or NOTHING,
        html.Ul([html.Li(change_text(reading.plan, one)) for one in change.fields], className="changed-fields")
        if change.fields
        else NOTHING,
    ]


def _what(reading: Reading, change: OneChange) -> Component:
    """The target, the element or the submission that changed, leading to it."""
    plan, address = reading.plan, reading.address
    if change.target is not None:
        name = target_name_on(plan, change.target, reading.on)
        return dcc.Link(name, href=address.to(f"/targets/{change.target}"))
    if change.element is not None:
        element = plan.element_by_code.get(change.element)
        if element is None or change.unit is None:
            return change.element
        name = element.name.in_language(language())
        return dcc.Link(name, href=address.to(f"/units/{change.unit}/elements/{element.code}"))
    return _("Submission")


def _sides(reading: Reading, change: OneChange) -> tuple[Component, Component]:
    match change.kind:
        case ChangeKind.STATUS | ChangeKind.FLIP:
            return _verdict(reading, change, change.was, change.before), _verdict(
                reading, change, change.now, change.after
            )
        case ChangeKind.FIGURE:
            return _count(change.before), _count(change.after)
        case ChangeKind.SUBMISSION:
            return _state(change.before), _state(change.after)
        case ChangeKind.LIGHT:
            return _light(change.before), _light(change.after)
        case _:
            return rule_shown(change.before), rule_shown(change.after)


def _verdict(reading: Reading, change: OneChange, verdict: Progress | None, status: str | None) -> Component:
    """The status with the value that it is about."""
    if status is None or verdict is None:
        return _("not judged")
    mark = status_mark(Status(status))
    if verdict.value is None:
        return mark
    indicator = reading.plan.indicator_by_code[verdict.indicator_code]
    value = with_measure(value_text(reading.plan, indicator, verdict.value), measure(indicator))
    shown = [mark, " ", html.Span(value, className="unbroken")]
    if change.now is not verdict or change.kind is ChangeKind.FLIP:  # that is explained as it stands now alone
        return html.Span(shown, className="status-and-value")
    href = f"#why={verdict.unit_code}/{verdict.target_code}"
    return html.A(shown, href=href, title=_("Why this colour?"), className="status-and-value")


def _count(text: str | None) -> Component:
    return NOTHING if text is None else html.Span(count_text(Fraction(text)), className="number")


def _state(text: str | None) -> str:
    return figure_word(State.NOT_REPORTED if text is None else State(text))


def _light(text: str | None) -> str:
    return _("the rules' own") if text is None else light_word(Light(text))


def rule_shown(text: str | None) -> str:
    """What :func:`metrics.queries.changes.rule_of` says as people write it: ≥ 70 · 2019年9月30日."""
    if text is None:
        return NOTHING
    comparator, _blank, rest = text.partition(" ")
    if comparator not in (">=", "<=", "=="):
        return text or NOTHING
    threshold, _blank, due = rest.partition(" ")
    day = date_text(date.fromisoformat(due)) if due else ""
    return " · ".join(part for part in (threshold_text(comparator, Fraction(threshold)), day) if part)


def cause_word(cause: Cause) -> str:
    return {
        Cause.SUBMISSION: _("a submission"),
        Cause.CORRECTION: _("a correction"),
        Cause.REVIEW: _("a step of review"),
        Cause.TARGET: _("a revised target"),
        Cause.MONTH: _("a new month"),
    }[cause]
