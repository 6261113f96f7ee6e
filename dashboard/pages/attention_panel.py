"""The list of what needs attention, worst first; every verdict in it opens its explanation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import dcc, html

from dashboard.attention import Attention, Reason, Verdict, attention
from dashboard.locale import _, ngettext
from dashboard.parts import empty, hand_mark, icon, why_href
from dashboard.reading import Reading
from dashboard.wording import measure_of_change, signed, status_word, target_name, unit_name
from metrics.plan.model import Target
from metrics.queries.progress_by_unit import Judged
from metrics.results import Light, Progress, Status

Component = Any

# How many verdicts of a reason stand unfolded, by how many other reasons need room beside it on a projector.
_UNFOLDED = (14, 11, 8, 4)
_SIGNS = {
    Reason.NEWLY_RED: Status.OVERDUE,
    Reason.OVERDUE: Status.OVERDUE,
    Reason.REGRESSED: Status.BEHIND,
    Reason.RECTIFYING: Status.RECTIFYING,
    Reason.BEHIND: Status.BEHIND,
    Reason.STALE: Status.NO_DATA,
    Reason.NOT_REPORTED: Status.NO_DATA,
    Reason.DENOMINATOR_WATCH: Status.NOT_APPLICABLE,
    Reason.RETURNED: Status.NO_DATA,
    Reason.UNVERIFIED: Status.NOT_APPLICABLE,
}


def reason_word(reason: Reason) -> str:
    return {
        Reason.NEWLY_RED: _("Red since this month"),
        Reason.OVERDUE: status_word(Status.OVERDUE),
        Reason.REGRESSED: _("Was met, is not now"),
        Reason.RECTIFYING: status_word(Status.RECTIFYING),
        Reason.BEHIND: status_word(Status.BEHIND),
        Reason.STALE: _("Has not reported for months"),
        Reason.NOT_REPORTED: _("Has not reported this month"),
        Reason.DENOMINATOR_WATCH: _("Rose only because the denominator shrank"),
        Reason.RETURNED: _("Return sent back for correction"),
        Reason.UNVERIFIED: _("Return not yet verified"),
    }[reason]


def attention_panel(
    reading: Reading, judged: Judged, core: tuple[Target, ...], *, before: Mapping[Verdict, Light]
) -> Component:
    """What needs attention among the core targets in the month judged; `before`: the lights of the month before it."""
    units = [unit for unit in reading.plan.reporting_units if judged.on is None or unit.exists_on(judged.on)]
    codes = {target.code for target in core}
    found = attention(judged.progress, judged.courses, units=units, targets=codes, before=before)
    if found:
        others = len({item.reason for item in found}) - 1
        most = _UNFOLDED[min(others, len(_UNFOLDED) - 1)]
        items = [_verdicts(reading, reason, found, most=most) for reason in Reason]
        items += [_returns(reading, reason, found) for reason in Reason]
        words = _("Needs attention")
        content = html.Ul(items, className="attention-list", tabIndex="0", **{"aria-label": words})
    else:
        content = empty(
            _("Nothing needs attention"), _("Every unit has reported, and every core target is met or on track.")
        )
    count = sum(len(item.verdicts) or 1 for item in found)
    heading = html.H2([_("Needs attention"), html.Span(str(count), className="count")])
    return html.Aside([heading, html.Div(content, className="attention-space")], className="attention")


def _verdicts(reading: Reading, reason: Reason, found: Sequence[Attention], *, most: int) -> Component:
    """Every verdict of which the same is to be said, a line each; beyond the first `most` folded, so that every
    reason is in sight. Nothing if there are none."""
    lines = [_verdict(reading, reason, verdict) for item in found if item.reason is reason for verdict in item.verdicts]
    if not lines:
        return None
    head = html.P(
        [
            icon(_SIGNS[reason]),
            html.B(reason_word(reason)),
            html.Span(str(len(lines)), className="attention-reason"),
        ]
    )
    more = lines[most:] if len(lines) > most + 1 else []
    folded = html.Details([html.Summary(_("{n} more", n=len(more))), *more]) if more else None
    return html.Li([head, *lines[: len(lines) - len(more)], folded])


def _returns(reading: Reading, reason: Reason, found: Sequence[Attention]) -> Component:
    """All the units of whose return the same is to be said, in one item; nothing if there are none."""
    items = [item for item in found if item.reason is reason and not item.verdicts]
    if not items:
        return None
    head = html.P(
        [
            icon(_SIGNS[reason]),
            html.B(_word_of_returns(reading, reason)),
            html.Span(str(len(items)), className="attention-reason"),
        ]
    )
    return html.Li([head, html.P([_owing(reading, item) for item in items], className="attention-units")])


def _owing(reading: Reading, item: Attention) -> Component:
    """The unit, and of a stale one since how many months."""
    name = unit_name(reading.plan.unit_by_code[item.unit_code])
    if item.reason is Reason.STALE:
        name = ngettext("{unit} ({n} month)", "{unit} ({n} months)", item.months, unit=name)
    return dcc.Link(name, href=reading.place.to(f"/units/{item.unit_code}"))


def _word_of_returns(reading: Reading, reason: Reason) -> Component:
    """The reason's word; for those who look at the review, the way to the returns it is about."""
    word = reason_word(reason)
    if reading.principal is None or not reading.principal.may_look_at_review:
        return word
    states = {Reason.UNVERIFIED: "submitted", Reason.RETURNED: "returned"}
    if reason in states:
        return dcc.Link(word, href=reading.place.to("/review", state=states[reason]))
    owed = reason in (Reason.NOT_REPORTED, Reason.STALE)
    return dcc.Link(word, href=reading.place.to("/periods")) if owed else word


def _verdict(reading: Reading, reason: Reason, verdict: Progress) -> Component:
    unit = unit_name(reading.plan.unit_by_code[verdict.unit_code])
    name = target_name(reading.plan.target_revision(verdict.target_code, verdict.target_revision))
    inside = [html.Span(unit, className="attention-unit"), html.Span(name, className="attention-what")]
    inside.append(hand_mark(verdict))
    text = _distance(reading, reason, verdict)
    if text:
        inside.append(html.Span(text, className="attention-gap"))
    return html.A(inside, href=why_href(verdict), title=f"{unit} · {name}", className="attention-verdict")


def _distance(reading: Reading, reason: Reason, verdict: Progress) -> str:
    """How far it is, or how fast it would have to go."""
    unit = measure_of_change(reading.plan.indicator_by_code[verdict.indicator_code])
    if reason is Reason.DENOMINATOR_WATCH or verdict.gap is None:
        return ""
    if reason is Reason.BEHIND and verdict.required_pace is not None:
        return _("{pace} {unit}/month", pace=signed(verdict.required_pace), unit=unit)
    return f"{signed(verdict.gap)} {unit}"
