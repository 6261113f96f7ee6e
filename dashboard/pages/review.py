"""The reviewer's queue: of every unit, where its submission for a month stands, and several verified at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.acts.forms import asking_form, press
from dashboard.grids.chosen_table import file_links
from dashboard.grids.level_months import level_months
from dashboard.grids.queue import queue_table
from dashboard.levels import flat_way, pages
from dashboard.locale import _, count_text, ngettext
from dashboard.pages.period import is_long, month_head, period_finding, period_strip, standing_of, units_status
from dashboard.pages.refusals import not_for_you, not_now
from dashboard.pages.review_months import month_links, period_reviewed
from dashboard.parts import choice, empty, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.section_findings import queue_found
from dashboard.words.submissions import QUEUE_PARTS, queue_mark, queue_word
from metrics.periods import format_period
from metrics.principal import Scope
from metrics.publish.shape import CellCondition, TableShape
from metrics.queries.period_standing import PeriodStanding, UnitStanding
from metrics.queries.period_status import UnitStatus
from metrics.queries.review_queue import QueueRow, longest_waiting_first, queue_details, review_queue
from metrics.submission_states import State

Component = Any
_IN_FILES = (
    "unit_code",
    "unit_name",
    "period",
    "submission_id",
    "state",
    "first_received_at",
    "on_time",
    "days_late",
    "revision",
)


def review_page(reading: Reading) -> Content:
    """The page at `/review`."""
    principal = reading.principal
    if principal is None or not principal.may_look_at_review:
        return not_for_you(reading)
    if not reading.address.present:
        return not_now(reading)
    period = period_reviewed(reading)
    standing = standing_of(reading, period)
    rows = _of_the_plan(reading, standing)
    title = finding(standing, rows)
    links = [
        *month_links(reading, period),
        dcc.Link(_("Who has reported, locks and exceptions"), href=reading.address.to("/periods")),
    ]
    chosen = reading.address.keeps("state")
    part = QUEUE_PARTS.get(chosen or "")
    ordered = longest_waiting_first(rows) if is_long(standing) else rows
    listed = reading.paged([row for row in ordered if part is None or row.is_in(part)])
    units = [reading.plan.unit_by_code[row.unit] for row in listed.shown]
    queue = review_queue(reading.session, reading.plan, principal=principal, period=period, units=units)
    shown = queue_details(reading.session, reading.plan, queue, period=period)
    stands = units_status(reading, principal, period, units=[unit.code for unit in units])
    acts = principal.may(Scope.VERIFY)
    body = html.Div(
        [
            month_head(reading, standing, title, links),
            period_strip(reading, standing),
            level_months(reading, standing),
            section(
                _queue_title(rows, part),
                _filters(reading, rows, chosen=chosen),
                _queue(reading, shown, stands, acts=acts),
                pages(reading.address, listed),
                *([] if acts else [html.P(_("You can view; reviewers verify and send back."), className="note")]),
                aside=[flat_way(reading, "months"), *_files(reading, shown, period=period, part=part)],
            ),
        ],
        className="review",
    )
    return Content(title=title, body=body)


def _files(reading: Reading, rows: Sequence[QueueRow], *, period: date, part: State | None) -> list[Component]:
    """The submissions of the queue as files; nothing where none of those shown has come."""
    if not any(row.submission is not None for row in rows):
        return []
    where = (CellCondition("state", (part.value,)),) if part else ()
    shape = TableShape(columns=_IN_FILES, where=where)
    return file_links(reading.address, "submissions", shape, period=format_period(period))


def _of_the_plan(reading: Reading, standing: PeriodStanding) -> list[UnitStanding]:
    """The units below the level's top, in display order; what came from units that the plan has no more is left out."""
    by_unit = {row.unit: row for row in standing.units}
    below = reading.plan.reporting_units_under(reading.level.under.code)
    return [by_unit[unit.code] for unit in below if unit.code in by_unit]


def finding(standing: PeriodStanding, rows: Sequence[UnitStanding]) -> str:
    """How many came and how many wait."""
    waiting = sum(1 for row in rows if row.state == State.SUBMITTED)
    return period_finding(standing) + ngettext(", {n} to verify", ", {n} to verify", waiting)


def _queue_title(rows: Sequence[UnitStanding], part: State | None) -> str:
    """What the queue holds: of everything that counts, or how many are in the state chosen."""
    if part is not None:
        return queue_word(part) + _(": ") + str(sum(row.is_in(part) for row in rows))
    return queue_found(row.state for row in rows if row.is_in(row.state))


def _filters(reading: Reading, rows: Sequence[UnitStanding], *, chosen: str | None) -> Component:
    """One link a state, with how many rows it has; the one shown is marked."""

    def link(state: str | None, inside: list[Component]) -> Component:
        return choice(inside, reading.address.keeping(state=state, page=None), here=state == chosen)

    counts = {part: sum(1 for row in rows if row.is_in(state)) for part, state in QUEUE_PARTS.items()}
    items = [link(None, [_("All"), html.Span(count_text(len(rows)), className="count")])]
    items += [
        link(part, [queue_mark(state), html.Span(count_text(counts[part]), className="count")])
        for part, state in QUEUE_PARTS.items()
    ]
    return html.Ul(items, className="filters", **{"aria-label": _("States")})


def _queue(reading: Reading, rows: Sequence[QueueRow], stands: Mapping[str, UnitStatus], *, acts: bool) -> Component:
    if not rows:
        return empty(_("No submission is in this state"), _("The other states are one click away, above."))
    table = queue_table(reading.plan, rows, stands, address=reading.address, acts=acts, caption=_("Queue"))
    waiting = sum(1 for row in rows if row.state == State.SUBMITTED)
    if not acts or not waiting:
        return table
    every = html.Button(_("Choose all"), type="button", className="button", **{"data-does": "choose-all"})
    note = html.P(
        _("Each submission is verified on its own; one that has changed in the meantime is left as it is."),
        className="note",
    )
    bar = html.Div([every, press(_("Verify selected"), main=True), note], className="act-bar")
    versions = ",".join(row.submission.etag for row in rows if row.submission is not None)
    group = dmc.CheckboxGroup([table, bar], value=[])
    return asking_form("submission.verify_chosen", group, about=versions, name="queue-form")
