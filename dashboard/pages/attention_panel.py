"""The list of what needs attention, worst first; every verdict in it opens its explanation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, date_text, language, ngettext
from dashboard.pages.slip_links import attention_slips
from dashboard.parts import csv_link, empty, hand_mark, hand_sign, hidden, icon, why_href
from dashboard.window.reading import Reading
from dashboard.words.figures import light_word, measure_of_change, signed, target_name, unit_name
from dashboard.words.months import without_data
from metrics.attention import REASON_TEXTS, Attention, Reason
from metrics.publish.shape import CellCondition, TableShape
from metrics.queries.progress_by_unit import JudgedProgress
from metrics.results import Progress, Status
from metrics.submission_states import State
from metrics.verdicts.attention_table import AttentionTable

Component = Any

# How many verdicts of a reason stand unfolded, by how many other reasons need room beside it on a projector.
_UNFOLDED = (14, 11, 8, 4)
_LISTED = 100  # of one reason; at the root of thousands of units more would be a page of megabytes
_SIGNS = {
    Reason.NEWLY_RED: Status.OVERDUE,
    Reason.OVERDUE: Status.OVERDUE,
    Reason.REGRESSED: Status.BEHIND,
    Reason.RECTIFYING: Status.RECTIFYING,
    Reason.DUE_UNJUDGED: Status.NO_DATA,
    Reason.BEHIND: Status.BEHIND,
    Reason.SET_BY_HAND: Status.NOT_APPLICABLE,
    Reason.STALE: Status.NO_DATA,
    Reason.NOT_REPORTED: Status.NO_DATA,
    Reason.DENOMINATOR_WATCH: Status.NOT_APPLICABLE,
    Reason.SENT_BACK: Status.NO_DATA,
    Reason.UNVERIFIED: Status.NOT_APPLICABLE,
}


def attention_panel(reading: Reading, judged: JudgedProgress, table: AttentionTable | None) -> Component:
    """What needs attention on the level among the core targets in the month judged, as found: `table`."""
    only = reason_asked(reading)
    late_slips = None if only else attention_slips(reading)
    if table is not None and len(table):
        listed, counts = table.first_of_each(_LISTED), table.counts
        found = listed.things(judged.some(listed.judged_rows))
        others = len({reason for reason, _ in counts}) - 1
        most = _UNFOLDED[min(others, len(_UNFOLDED) - 1)]
        reasons = [reason for reason in Reason if only in (None, reason)]
        most = _LISTED if only else most
        items = [_verdicts(reading, reason, found, of=counts.get((reason, True), 0), most=most) for reason in reasons]
        items += [_submissions(reading, reason, found, of=counts.get((reason, False), 0)) for reason in reasons]
        content = [_way_back(reading, only), _listed([late_slips, *items])]
    elif late_slips is not None:
        content = _listed([late_slips])
    elif said := without_data(reading):
        content = empty(said)
    else:
        content = empty(
            _("Nothing needs attention"), _("Every unit has reported, and every core target is met or on track.")
        )
    # As many as the dataset `attention` has; slips have a number of their own.
    number = [] if not table and late_slips is not None else [count_text(len(table or ()))]
    heading = html.H2([_("Needs attention"), html.Span(number, className="count")])
    files = _files(reading, only) if table is not None and len(table) else None
    head = html.Div([heading, files], className="attention-head")
    return html.Aside([head, html.Div(content, className="attention-space")], className="attention")


def reason_asked(reading: Reading) -> Reason | None:
    """The one reason that the address asks for; None for all."""
    kept = reading.address.keeps("reason")
    return next((reason for reason in Reason if reason.value == kept), None)


def means_reason(_reading: Reading, value: str) -> bool:
    """True if `value` is a reason for which something needs attention."""
    return value in {reason.value for reason in Reason}


def _way_back(reading: Reading, only: Reason | None) -> Component:
    """The way from one reason to all of them."""
    if only is None:
        return None
    return html.P(dcc.Link(_("Show all"), href=reading.address.keeping(reason=None)), className="chosen-line")


def _files(reading: Reading, only: Reason | None) -> Component:
    """The list as files; nothing on a lower level, of which there is no file of its own, nor for strangers."""
    if reading.level.under.code != reading.plan.root.code or reading.principal is None:
        return None
    on = {"on": reading.on.isoformat()} if reading.on else {}
    shape = TableShape(where=(CellCondition("reason", (only.value,)),) if only else ())
    asked, address = {**on, **shape.written()}, reading.address
    csv, xlsx = address.csv("attention", **asked), address.file("attention", "xlsx", **asked)
    return html.Div([csv_link(csv, words="CSV"), csv_link(xlsx, words="XLSX")], className="section-aside")


def _counted(reading: Reading, reason: Reason, of: int) -> Component:
    """How many there are of a reason, the way to just those."""
    number = html.Span(str(of), className="attention-reason")
    if reason_asked(reading) is reason:
        return number
    word = REASON_TEXTS[reason].in_language(language())
    return dcc.Link(
        [number, hidden(_(": ") + _("only these, {reason}", reason=word))],
        href=reading.address.keeping(reason=reason.value),
        title=_("Only these"),
    )


def _listed(items: Sequence[Component]) -> Component:
    return html.Ul(list(items), className="attention-list", tabIndex="0", **{"aria-label": _("Needs attention")})


def _verdicts(reading: Reading, reason: Reason, found: Sequence[Attention], *, of: int, most: int) -> Component:
    """The verdicts found of which the same is to be said, a line each, and how many more `of` them there are; beyond
    the first `most` folded, so that every reason is in sight. Nothing if there are none."""
    verdicts = [one.verdict for one in found if one.reason is reason and one.verdict is not None]
    if not verdicts:
        return None
    lines: list[Component] = [_verdict(reading, reason, verdict) for verdict in verdicts]
    head = html.P(
        [
            hand_sign() if reason is Reason.SET_BY_HAND else icon(_SIGNS[reason]),
            html.B(REASON_TEXTS[reason].in_language(language())),
            _counted(reading, reason, of),
        ]
    )
    more = lines[most:] if len(lines) > most + 1 else []
    left = of - len(lines) + len(more)
    folded = html.Details([html.Summary(_("{n} more", n=left)), *more, _rest(of)]) if more else None
    return html.Li([head, *lines[: len(lines) - len(more)], folded])


def _submissions(reading: Reading, reason: Reason, found: Sequence[Attention], *, of: int) -> Component:
    """The units found of whose submission the same is to be said, in one item; nothing if there are none."""
    items = [item for item in found if item.reason is reason and item.verdict is None]
    if not items:
        return None
    head = html.P(
        [
            icon(_SIGNS[reason]),
            html.B(_word_of_submissions(reading, reason)),
            _counted(reading, reason, of),
        ]
    )
    named = [_owing(reading, item) for item in items]
    return html.Li([head, html.P([*named, _rest(of)], className="attention-units")])


def _rest(of: int) -> Component:
    """That a long list goes on, where it does."""
    more = of - _LISTED
    return html.Span(ngettext("and {n} more", "and {n} more", more), className="note") if more > 0 else None


def _owing(reading: Reading, item: Attention) -> Component:
    """The unit, and of a stale one since how many months."""
    name = unit_name(reading.plan.unit_by_code[item.unit_code])
    if item.reason is Reason.STALE:
        name = ngettext("{unit} ({n} month)", "{unit} ({n} months)", item.months, unit=name)
    return dcc.Link(name, href=reading.address.to(f"/units/{item.unit_code}"))


def _word_of_submissions(reading: Reading, reason: Reason) -> Component:
    """The reason's word; for those who look at the review, the way to the submissions it is about."""
    word = REASON_TEXTS[reason].in_language(language())
    if reading.principal is None or not reading.principal.may_look_at_review:
        return word
    states = {Reason.UNVERIFIED: State.SUBMITTED, Reason.SENT_BACK: State.SENT_BACK}
    if reason in states:
        return dcc.Link(word, href=reading.address.to("/review", state=states[reason].value))
    if reason is Reason.STALE:
        return dcc.Link(word, href=reading.address.to("/freshness"))
    return dcc.Link(word, href=reading.address.to("/periods")) if reason is Reason.NOT_REPORTED else word


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
    """How far it is, or how fast it would have to go; when it was due, or to which light it was set."""
    if reason is Reason.SET_BY_HAND and verdict.override is not None:
        return light_word(verdict.override.light)
    if reason is Reason.DUE_UNJUDGED and verdict.due_on is not None:
        return _("by {date}", date=date_text(verdict.due_on))
    unit = measure_of_change(reading.plan.indicator_by_code[verdict.indicator_code])
    if reason is Reason.DENOMINATOR_WATCH or verdict.gap is None:
        return ""
    if reason is Reason.BEHIND and verdict.required_pace is not None:
        return _("{pace} {unit}/month", pace=signed(verdict.required_pace), unit=unit)
    return f"{signed(verdict.gap)} {unit}"
