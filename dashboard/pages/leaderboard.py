"""The leaderboard (实时榜单): units by how much of the core targets they have reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.chart_view import DRAWN, Picture, clauses_of, pictured
from dashboard.locale import _, month_text
from dashboard.pages.content import Content
from dashboard.pages.weights import weights_section
from dashboard.parts import csv_link, empty, hidden, page_head, plain_table, section
from dashboard.reading import Reading
from dashboard.wording import NOTHING, indicator_name, target_name, target_rule, unit_name
from metrics.periods import format_period, last_day, newest_ended_period
from metrics.plan.model import Target, UnitKind
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.results import Rank
from metrics.shown import exact_decimal, shown_score

Component = Any

COUNTIES, ZONES = "counties", "zones"


def leaderboard_page(reading: Reading) -> Content:
    """The page at `/leaderboard`. `show` in the address ranks counties or zones among themselves.

    Seen as known now, it draws itself anew when something is recorded (`data-follows`, assets/window.js).
    """
    period = None if reading.on is None else newest_ended_period(reading.on)
    group = reading.place.keeps("show")
    rows = leaderboard(reading.session, reading.view, period=period, units=_units(reading, group))
    if not rows:
        return _nobody(reading)
    first = [unit_name(reading.plan.unit_by_code[row.unit_code]) for row in rows if row.rank == 1]
    month = month_text(rows[0].period)
    title = (
        _("First in {month}: {units}", units=_(", ").join(first), month=month) if first else _("Nobody is ranked yet")
    )
    weights = weighed_targets(reading.view, on=last_day(rows[0].period))
    targets = [reading.plan.target_in_force(code, last_day(rows[0].period)) for code in weights]
    columns = [target for target in targets if target is not None]
    headings = [
        *(_("Unit"), _("Rank"), _("Score"), hidden(_("Gauge")), _("Movement")),
        *[_heading(reading, target, weights[target.code]) for target in columns],
    ]
    table = plain_table(_("Leaderboard"), headings, [_row(reading, row, columns) for row in rows])
    csv = csv_link(reading.place.csv("leaderboard", period=format_period(rows[0].period)))
    body = html.Div(
        [
            page_head(title, reading),
            section(
                month,
                pictured(
                    reading, html.Div(table, className="scroll leaderboard", **DRAWN), _picture(title, group, columns)
                ),
                *_scores(reading, rows, weights),
                aside=[*_groups(reading, group), *([csv] if group is None else [])],
            ),
            *weights_section(reading),
        ],
        **({"data-follows": str(reading.view.seq)} if reading.place.present else {}),
    )
    return Content(title=title, body=body)


def _picture(title: str, group: str | None, targets: Sequence[Target]) -> Picture:
    """What stands around the table when it is saved: who is ranked among whom, and what of the targets says so."""
    among = [word for value, word in _choices() if value == group]
    caption = " · ".join((_("Leaderboard"), *among))
    return Picture(name="leaderboard", title=title, caption=caption, clauses=clauses_of(targets))


def _nobody(reading: Reading) -> Content:
    body = html.Div(
        [
            page_head(_("Nobody is ranked yet"), reading),
            empty(
                _("Nobody is ranked yet"),
                _("A unit is ranked once it has reported every core target that applies to it."),
            ),
        ]
    )
    return Content(title=_("Leaderboard"), body=body)


def _units(reading: Reading, group: str | None) -> set[str] | None:
    """The units to rank among themselves; None for all together."""
    if group not in (COUNTIES, ZONES):
        return None
    return {
        unit.code
        for unit in reading.plan.reporting_units
        if (unit.kind is UnitKind.FUNCTIONAL_ZONE) == (group == ZONES) and unit.kind is not UnitKind.CITY_DEPARTMENTS
    }


def _choices() -> tuple[tuple[str | None, str], ...]:
    return ((None, _("Together")), (COUNTIES, _("Counties only")), (ZONES, _("Zones only")))


def _groups(reading: Reading, group: str | None) -> list[Component]:
    return [
        html.Span(word, className="quiet-link chosen", **{"aria-current": "true"})
        if group == value
        else dcc.Link(word, href=reading.place.keeping(show=value), className="quiet-link")
        for value, word in _choices()
    ]


def _heading(reading: Reading, target: Target, weight: Fraction) -> Component:
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    return html.Span(
        [
            dcc.Link(
                [indicator_name(indicator), " ", html.Span(target_rule(target, indicator), className="rule")],
                href=reading.place.to(f"/targets/{target.code}"),
                title=target_name(target),
            ),
            html.Small(_("weight {weight}", weight=exact_decimal(weight))),
        ],
        className="weighed",
    )


def _row(reading: Reading, row: Rank, targets: list[Target]) -> list[Component]:
    unit = reading.plan.unit_by_code[row.unit_code]
    length = {"width": f"{float(row.score or 0):.2%}"}
    bar = html.Span(
        html.Span(className="bullet-fill fill-score", style=length), className="bullet", **{"aria-hidden": "true"}
    )
    return [
        dcc.Link(unit_name(unit), href=reading.place.to(f"/units/{unit.code}")),
        html.B(str(row.rank)) if row.rank is not None else _("unranked"),
        NOTHING if row.score is None else shown_score(row.score),
        bar if row.score is not None else "",
        movement_text(row.movement),
        *[_share(row, target) for target in targets],
    ]


def _share(row: Rank, target: Target) -> Component:
    reached = row.attainments.get(target.code)
    if reached is None:
        return NOTHING
    return html.A(shown_score(reached), href=f"#why={row.unit_code}/{target.code}", className="why-link")


def _scores(reading: Reading, rows: Sequence[Rank], weights: Mapping[str, Fraction]) -> list[Component]:
    """What a score is, and folded how each was made: every share reached times its weight, over the weights."""
    note = html.P(
        _("Score: the weighed mean of the shares reached of the core targets, each at most 1. Ties share a rank."),
        className="note",
    )
    ranked = [row for row in rows if row.score is not None]
    if not ranked:
        return [note]
    words = _("How each score is made")
    lines = [[unit_name(reading.plan.unit_by_code[row.unit_code]), score_text(row, weights)] for row in ranked]
    table = html.Div(plain_table(words, [_("Unit"), _("Score")], lines), className="scroll texts")
    return [note, html.Details([html.Summary(words), table], className="table-view")]


def score_text(row: Rank, weights: Mapping[str, Fraction]) -> str:
    """(1.0000 × 1 + 0.9853 × 2) ÷ 3 = 0.9902: the mean of what applies to the unit; from the exact shares."""
    reached = {code: weight for code, weight in weights.items() if code in row.attainments}
    shares = " + ".join(
        f"{shown_score(row.attainments[code])} × {exact_decimal(weight)}" for code, weight in reached.items()
    )
    total = exact_decimal(Fraction(sum(reached.values())))
    return f"({shares}) ÷ {total} = {NOTHING if row.score is None else shown_score(row.score)}"


def movement_text(movement: int | None) -> str:
    """▲ 2, ▼ 1, = for no movement."""
    if movement is None:
        return NOTHING
    if movement == 0:
        return "="
    return f"▲ {movement}" if movement > 0 else f"▼ {-movement}"
