"""What changed since last month, or since any day or entry: statuses both ways, corrections, submissions, targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.grids.changed import MOST, change_tables
from dashboard.locale import _, instant_text, month_text, ngettext
from dashboard.parts import csv_link, empty, page_head, section
from dashboard.window.choices import Option, carried, choice_menu
from dashboard.window.content import Content
from dashboard.window.print_lines import known_as_of
from dashboard.window.reading import Reading
from dashboard.words.months import no_submission
from metrics.errors import BadRequest
from metrics.moments import read_as_of
from metrics.periods import JudgedMonth, add_months, format_period, parse_period, periods_between
from metrics.queries.changes import HeldAgainst, changes_between, changes_since, view_since
from metrics.queries.judged_month import judged_month
from metrics.queries.turned_statuses import ChangeKind, OneChange, TurnedWay

Component = Any
_MONTHS_OFFERED = 12
WORSE, BETTER, OTHER, FLIPPED = "worse", "better", "other", "flipped"
FIGURES, SUBMISSIONS, TARGETS, LIGHTS = "figures", "submissions", "targets", "lights"
MOST_HELD = 60  # corrections, the newest: each is two judgements, and a page is waited for
GROUPS = (WORSE, BETTER, OTHER, FLIPPED, FIGURES, SUBMISSIONS, TARGETS, LIGHTS)
# Which rows of the dataset stand in a section.
ROWS = {
    WORSE: f"kind:{ChangeKind.STATUS};turned:{TurnedWay.WORSE}",
    BETTER: f"kind:{ChangeKind.STATUS};turned:{TurnedWay.BETTER}",
    OTHER: f"kind:{ChangeKind.STATUS};turned:",
    FLIPPED: f"kind:{ChangeKind.FLIP}",
    FIGURES: f"kind:{ChangeKind.FIGURE}",
    SUBMISSIONS: f"kind:{ChangeKind.SUBMISSION}",
    TARGETS: f"kind:{ChangeKind.TARGET}",
    LIGHTS: f"kind:{ChangeKind.LIGHT}",
}


def changes_page(reading: Reading) -> Content:
    """The page at `/changes`. `since` in the address names a moment or entry, `period_from` another month."""
    if reading.month is None:
        body = html.Div([page_head(_("Changes"), reading), empty(_("Nothing has been reported yet"))])
        return Content(title=_("Changes"), body=body)
    try:
        compared = compared_months(reading, reading.month)
    except BadRequest as refused:
        said = refused.message.in_language(reading.address.language)
        everything = dcc.Link(_("Since last month"), href=reading.address.without("since", "period_from").href())
        body = html.Div([page_head(_("Changes"), reading), empty(said, everything), _since_form(reading)])
        return Content(title=_("Changes"), body=body)
    groups = grouped(compared)
    title = finding(reading, groups)
    shown, turned = _shown(reading), shown_groups(reading, groups)
    sections = [
        _section(reading, compared, name, groups[name])
        for name in GROUPS
        if (groups[name] or (name == FLIPPED and _not_held(compared))) and shown in (None, name)
    ]
    nothing = empty(
        _("Nothing changed") if shown is None else f"{group_word(shown)} 0", held_against(reading, compared)
    )
    body = html.Div(
        [
            page_head(
                title,
                reading,
                html.P(held_against(reading, compared), className="note"),
                slides=bool(turned[WORSE] or turned[BETTER]),
                falls_back=False,
            ),
            html.Div([_months_menu(reading, compared), _since_form(reading)], className="changes-choice"),
            _counts(reading, groups),
            *(sections or [nothing]),
        ]
    )
    return Content(title=title, body=body)


def means_month(reading: Reading, value: str) -> bool:
    """True if `value` is a month that is held against: with a moment since which things changed, no month is."""
    return parse_period(value) is not None and _since(reading) is None


def _since(reading: Reading) -> datetime | int | None:
    return read_as_of(reading.address.keeps("since") or "", timezone=lambda: reading.timezone)


def compared_months(reading: Reading, month: JudgedMonth) -> HeldAgainst:
    since = _since(reading)
    if since is not None:
        before = view_since(reading.session, reading.view, since)
        earlier = None if reading.address.month else judged_month(reading.session, before)
        return changes_since(reading.session, reading.view, before, month, earlier=earlier, most_flips=MOST_HELD)
    chosen = parse_period(reading.address.keeps("period_from") or "")
    earlier = JudgedMonth.of(chosen or add_months(month.period, -1))
    return changes_between(reading.session, reading.view, earlier, month, most_flips=MOST_HELD)


def grouped(compared: HeldAgainst) -> dict[str, tuple[OneChange, ...]]:
    """The changes by the heading under which they stand."""
    statuses = compared.of(ChangeKind.STATUS)
    return {
        WORSE: tuple(one for one in statuses if one.turned is TurnedWay.WORSE),
        BETTER: tuple(one for one in statuses if one.turned is TurnedWay.BETTER),
        OTHER: tuple(one for one in statuses if one.turned is None),
        FLIPPED: compared.flips.changes,
        FIGURES: compared.of(ChangeKind.FIGURE),
        SUBMISSIONS: compared.of(ChangeKind.SUBMISSION),
        TARGETS: compared.of(ChangeKind.TARGET),
        LIGHTS: compared.of(ChangeKind.LIGHT),
    }


def _shown(reading: Reading) -> str | None:
    """The one group that the address asks for, None for all."""
    kept = reading.address.keeps("show")
    return kept if kept in GROUPS else None


def shown_groups(reading: Reading, groups: Mapping[str, tuple[OneChange, ...]]) -> dict[str, tuple[OneChange, ...]]:
    """The groups, those empty that the page leaves out."""
    shown = _shown(reading)
    return {name: changes if shown in (None, name) else () for name, changes in groups.items()}


def group_word(name: str) -> str:
    return {
        WORSE: _("Turned worse"),
        BETTER: _("Turned better"),
        OTHER: _("Newly judged, or no longer judged"),
        FLIPPED: _("Verdicts flipped by a correction"),
        FIGURES: _("Corrected counts"),
        SUBMISSIONS: _("Submissions"),
        TARGETS: _("Revised targets"),
        LIGHTS: _("Lights set by hand"),
    }[name]


def finding(reading: Reading, groups: Mapping[str, Sequence[OneChange]]) -> str:
    """How many statuses turned either way, how many began or ceased to be judged, how many corrections flipped.

    Of a month without data that comes first: that nothing turned is then no good news.
    """
    worse, better, other, flipped = (len(groups[name]) for name in (WORSE, BETTER, OTHER, FLIPPED))
    without = no_submission(reading)
    said = without + _("; ") if without else ""
    if not worse and not better:
        said += _("No status got better or worse")
    else:
        said += ngettext("{n} status turned worse", "{n} statuses turned worse", worse)
        said += _(", ") + ngettext("{n} turned better", "{n} turned better", better)
    if other:
        said += _("; ") + ngettext(
            "{n} newly judged or no longer judged", "{n} newly judged or no longer judged", other
        )
    if flipped:
        said += _("; ") + ngettext("a correction flipped {n} verdict", "corrections flipped {n} verdicts", flipped)
    return said


def held_against(reading: Reading, compared: HeldAgainst) -> str:
    """Which two are compared: two moments of knowing one month, or two months as known at one moment."""
    month = "" if compared.month is None else month_text(compared.month.period)
    if compared.since is None:
        before = "" if compared.earlier is None else month_text(compared.earlier.period)
        return _(
            "{month} against {before}, both as known {moment}", month=month, before=before, moment=known_as_of(reading)
        )
    view = view_since(reading.session, reading.view, compared.since)
    when = _("entry {seq}", seq=view.seq)
    if view.recorded_at is not None:
        when = f"{instant_text(view.recorded_at, timezone=reading.timezone)} ({when})"
    if compared.earlier is not None and compared.earlier != compared.month:
        return _(
            "{month} as known {moment}, against {earlier} as it was judged by default at {before}",
            month=month,
            moment=known_as_of(reading),
            earlier=month_text(compared.earlier.period),
            before=when,
        )
    return _(
        "{month} as known {moment}, against what was known of it at {before}",
        month=month,
        moment=known_as_of(reading),
        before=when,
    )


def _months_menu(reading: Reading, compared: HeldAgainst) -> Component:
    """The months that the judged one can be held against."""
    if reading.month is None or reading.months is None:
        return None
    judged, address = reading.month.period, reading.address.without("since")
    first = max(reading.months[0], add_months(judged, -_MONTHS_OFFERED))
    last = add_months(judged, -1)
    chosen = None if compared.earlier is None or compared.since is not None else compared.earlier.period
    periods = sorted({*periods_between(first, last), *([chosen] if chosen else [])}, reverse=True)
    options = [
        Option(
            month_text(period),
            address.keeping(period_from=None if period == last else format_period(period)),
            chosen=period == chosen,
        )
        for period in periods
    ]
    if chosen is None:
        options.insert(0, Option(_("a moment"), reading.address.href(), chosen=True))
    return choice_menu(_("Compared with"), options)


def _since_form(reading: Reading) -> Component:
    """The field for a day, a time or an entry since which changes are shown; it is sent as an address."""
    address = reading.address
    return html.Form(
        [
            *carried(address),
            dmc.TextInput(
                label=_("Since a day, a time or an entry"),
                name="since",
                value=address.keeps("since") or "",
                placeholder="2020-10-05",
                size="xs",
            ),
            html.Button(_("Show"), type="submit", className="button"),
        ],
        method="get",
        action="/changes",
        className="since-form",
        key=address.href(),
    )


def _counts(reading: Reading, groups: Mapping[str, Sequence[OneChange]]) -> Component:
    """How many changes of which sort; each count leads to them alone."""
    chosen = reading.address.keeps("show")
    names: list[str | None] = [None, *GROUPS]
    items = []
    for name in names:
        if name is None:
            words = _("All")
        elif groups[name]:
            words = f"{group_word(name)} {len(groups[name])}"
        else:
            items.append(html.Li(html.Span(f"{group_word(name)} 0", className="filter none-of-it")))
            continue
        here = {"aria-current": "true"} if name == chosen else {}
        link = dcc.Link(
            words, href=reading.address.keeping(show=name), className="filter chosen" if name == chosen else "filter"
        )
        items.append(html.Li(link, **here))
    return html.Ul(items, className="filters", **{"aria-label": _("What changed")})


def _section(reading: Reading, compared: HeldAgainst, name: str, changes: Sequence[OneChange]) -> Component:
    rows = change_tables(reading, changes[:MOST], caption=group_word(name)) if changes else []
    more = len(changes) - MOST
    if more > 0:
        rows.append(html.P(ngettext("and {n} more; the CSV has them all", "and {n} more; the CSV has them all", more)))
    if name == FLIPPED and _not_held(compared):
        n, held = compared.flips.corrections, compared.flips.held
        said = _(
            "Of {n} corrections, only the newest {held} were checked against verdicts; the CSV has them all",
            n=n,
            held=held,
        )
        rows.append(html.P(said, className="note"))
    title = f"{group_word(name)} ({len(changes)})"
    return section(title, *rows, aside=csv_link(_csv(reading, name), group_word(name)))


def _not_held(compared: HeldAgainst) -> int:
    """How many corrections were not held against verdicts."""
    return compared.flips.corrections - compared.flips.held


def _csv(reading: Reading, name: str) -> str:
    """The address of the file that holds the rows of a section, and no others."""
    address = reading.address
    on = {} if reading.on is None else {"on": reading.on.isoformat()}
    since = address.keeps("since") if _since(reading) is not None else None
    if since is not None:
        return address.csv("changes", where=ROWS[name], since=since, **(on if address.month else {}))
    chosen = address.keeps("period_from")
    earlier = chosen if chosen is not None and parse_period(chosen) else None
    return address.csv("changes", where=ROWS[name], **on, **({"period_from": earlier} if earlier else {}))
