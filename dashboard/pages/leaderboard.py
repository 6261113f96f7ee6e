"""The leaderboard (实时榜单): units by how much of the core targets they have reached, and the weights of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.chart_view import DRAWN, Picture, clauses_of, pictured
from dashboard.levels import breadcrumbs, flat_way, pages, ways_down
from dashboard.locale import _, count_text, date_text, language, month_text
from dashboard.parts import (
    csv_link,
    empty,
    hidden,
    own_target_mark,
    page_head,
    plain_table,
    scrolled,
    section,
    unit_link,
    without_data,
)
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, indicator_name, target_name, target_rule, unit_name
from metrics.forms import plain
from metrics.periods import format_period, last_day
from metrics.plan.model import Plan, Target, UnitKind
from metrics.principal import Scope
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.ranking import RankGroup, group_of
from metrics.results import Rank
from metrics.rounding import exact_decimal, shown_score

Component = Any

COUNTIES, ZONES, PILOTS = "counties", "zones", "pilots"
_MOST_NAMED = 5  # of those that share the first place, in the heading
_GROUPS = {COUNTIES: RankGroup.COUNTY, ZONES: RankGroup.ZONE, PILOTS: RankGroup.PILOT}


def leaderboard_page(reading: Reading) -> Content:
    """The page at `/leaderboard`. `show` in the address ranks counties, zones or pilots among themselves.

    Seen as known now, it shows what is recorded meanwhile (`data-follows`, src/window/following.js).
    """
    shown = reading.address.keeps("show")
    group = _GROUPS.get(shown or "")
    every = leaderboard(reading.session, reading.view, month=reading.month, group=group)
    below = {unit.code for unit in reading.plan.reporting_units_under(reading.level.under.code)}
    rows = [row for row in every if row.unit_code in below]
    if not rows:
        return _nobody(reading)
    month = month_text(rows[0].period)
    title = finding(reading, rows, of=sum(1 for row in every if row.rank is not None))
    listed = reading.paged(rows)
    weights = weighed_targets(reading.view, on=last_day(rows[0].period))
    targets = [reading.plan.target_in_force(code, last_day(rows[0].period)) for code in weights]
    columns = [target for target in targets if target is not None]
    headings = [
        *(_("Unit"), _("Rank"), _("Score"), hidden(_("Gauge")), _("Movement")),
        *[_heading(reading, target, weights[target.code]) for target in columns],
    ]
    table = plain_table(_("Leaderboard"), headings, [_row(reading, row, columns) for row in listed.shown])
    among = {} if group is None else {"group": group.value}
    csv = csv_link(reading.address.csv("leaderboard", period=format_period(rows[0].period), **among))
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            ways_down(reading),
            section(
                month,
                pictured(
                    reading, scrolled(table, name="leaderboard", **DRAWN), _picture(reading.plan, title, shown, columns)
                ),
                pages(reading.address, listed),
                *_scores(reading, listed.shown, weights),
                aside=[*_groups(reading, shown), flat_way(reading, "scores"), csv],
            ),
            *weights_section(reading),
            *([_follower(reading)] if reading.address.present else []),
        ]
    )
    return Content(title=title, body=body)


def finding(reading: Reading, rows: Sequence[Rank], *, of: int) -> str:
    """Who is first; on a lower level who is best there, at which place among the `of` that are ranked."""
    best = rows[0].rank
    if best is None:
        return _("Nobody is ranked yet")
    first = [unit_name(reading.plan.unit_by_code[row.unit_code]) for row in rows if row.rank == best]
    names = _(", ").join(first[:_MOST_NAMED])
    if len(first) > _MOST_NAMED:
        names = _("{units} and others, {count} in all", units=names, count=count_text(len(first)))
    month = month_text(rows[0].period)
    if not reading.level.above:
        return _("First in {month}: {units}", units=names, month=month)
    return _(
        "Best of {unit} in {month}: {units}, place {rank} of {of}",
        unit=unit_name(reading.level.under),
        month=month,
        units=names,
        rank=count_text(best),
        of=count_text(of),
    )


def _follower(reading: Reading) -> Component:
    """Up to where the page has followed the ledger: a region of its own, so that it alone changes with every entry."""
    return html.Div(html.Span(hidden=True, **{"data-follows": str(reading.view.seq)}))


def _picture(plan: Plan, title: str, group: str | None, targets: Sequence[Target]) -> Picture:
    """What stands around the table when it is saved: who is ranked among whom, and what of the targets says so."""
    among = [word for value, word in _choices(plan) if value == group]
    caption = " · ".join((_("Leaderboard"), *among))
    return Picture(name="leaderboard", title=title, caption=caption, clauses=clauses_of(targets))


def _nobody(reading: Reading) -> Content:
    body = html.Div(
        [
            page_head(without_data(reading) or _("Nobody is ranked yet"), reading),
            empty(
                _("Nobody is ranked yet"),
                _("A unit is ranked once it has reported every core target that applies to it."),
            ),
        ]
    )
    return Content(title=_("Leaderboard"), body=body)


def group_words(plan: Plan) -> dict[RankGroup, str]:
    """The groups that are ranked among themselves, in words; none of kinds where the plan's units are all of one.

    A plan that has words of its own for a kind of unit in a group is told in these.
    """
    kinds: dict[RankGroup, set[UnitKind]] = {}
    for unit in plan.reporting_units:
        if (group := group_of(unit)) is not None:
            kinds.setdefault(group, set()).add(unit.kind)
    pilots = {RankGroup.PILOT: _("Pilots only")} if plan.pilots else {}
    if len(kinds) < 2:
        return pilots
    words = {RankGroup.COUNTY: _("Counties only"), RankGroup.ZONE: _("Zones only")}
    return {group: _own_words(plan, kinds[group]) or words[group] for group in words} | pilots


def _own_words(plan: Plan, kinds: set[UnitKind]) -> str:
    own = [plan.kind_names[kind].in_language(language()) for kind in UnitKind if kind in kinds & plan.kind_names.keys()]
    return _("Only: {kinds}", kinds=_(", ").join(own)) if own else ""


def _choices(plan: Plan) -> tuple[tuple[str | None, str], ...]:
    words = group_words(plan)
    return ((None, _("Together")), *((show, words[group]) for show, group in _GROUPS.items() if group in words))


def _groups(reading: Reading, group: str | None) -> list[Component]:
    return [
        html.Span(word, className="quiet-link chosen", **{"aria-current": "true"})
        if group == value
        else dcc.Link(word, href=reading.address.keeping(show=value, page=None), className="quiet-link")
        for value, word in _choices(reading.plan)
    ]


def _heading(reading: Reading, target: Target, weight: Fraction) -> Component:
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    return html.Span(
        [
            dcc.Link(
                [indicator_name(indicator), " ", html.Span(target_rule(target, indicator), className="rule")],
                href=reading.address.to(f"/targets/{target.code}"),
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
        unit_link(unit, reading.address),
        html.B(str(row.rank)) if row.rank is not None else _("unranked"),
        NOTHING if row.score is None else shown_score(row.score),
        bar if row.score is not None else "",
        movement_text(row.movement),
        *[_share(reading.plan, row, target) for target in targets],
    ]


def _share(plan: Plan, row: Rank, target: Target) -> Component:
    """The share reached of a target, marked where it is one of the unit's own."""
    reached = row.attainments.get(target.code)
    if reached is None:
        return NOTHING
    judged_by = plan.target_in_force(target.code, last_day(row.period), unit=row.unit_code) or target
    return html.A(
        [shown_score(reached), own_target_mark(plan, judged_by)],
        href=f"#why={row.unit_code}/{target.code}",
        className="why-link",
    )


def _scores(reading: Reading, rows: Sequence[Rank], weights: Mapping[str, Fraction]) -> list[Component]:
    """What a score is, and folded how each was made: every share reached times its weight, over the weights."""
    note = html.P(
        _("Score: the weighted mean of the shares of the core targets reached, each at most 1. Ties share a rank."),
        className="note",
    )
    ranked = [row for row in rows if row.score is not None]
    if not ranked:
        return [note]
    words = _("How each score is made")
    lines = [[unit_name(reading.plan.unit_by_code[row.unit_code]), score_text(row, weights)] for row in ranked]
    table = scrolled(plain_table(words, [_("Unit"), _("Score")], lines), name="texts")
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


def weights_section(reading: Reading) -> list[Component]:
    """What each core target counts; a form for evaluators while the page shows what is known now."""
    said = {weight.code: weight for weight in reading.plan.weights}
    reasons = [
        html.Li([html.B(_rule(reading, code)), f" × {plain(weight.weight)} · {weight.reason}"])
        for code, weight in said.items()
        if code in reading.plan.weights_by_target
    ]
    stands = html.Ul(reasons, className="reasons") if reasons else html.P(_("Every core target has weight 1."))
    may = reading.principal is not None and reading.principal.may(Scope.REVISE_TARGET)
    form = [_form(reading)] if may and reading.address.present else []
    return [section(_("Weights"), stands, *form, name="weights")]


def _form(reading: Reading) -> Component:
    fields = [
        html.Label(
            [
                html.Span(_rule(reading, code)),
                dcc.Input(name=f"weights.{code}", value=plain(weight), type="text", inputMode="decimal"),
            ],
            **{"data-kind": "number"},
        )
        for code, weight in reading.plan.weights_by_target.items()
    ]
    return html.Details(
        [
            html.Summary(_("Change the weights")),
            html.Form(
                [
                    html.Div(fields, className="short-fields"),
                    html.Label([html.Span(_("Reason")), dcc.Input(name="reason", type="text", value="")]),
                    html.Button(_("Set the weights"), type="submit", className="button button-main"),
                    html.P("", className="said", role="status", **{"data-said": ""}),
                ],
                className="short-form",
                **{
                    "data-post": "/api/v1/weights",
                    "data-done": _("Recorded."),
                    "data-failed": _("The service could not be reached; nothing was recorded."),
                },
            ),
        ]
    )


def _rule(reading: Reading, code: str) -> str:
    target = reading.plan.general_targets[code][-1]
    indicator = reading.plan.indicator_by_code[str(target.indicator)]
    due = "" if target.due_on is None else f" ({date_text(target.due_on)})"
    return f"{indicator_name(indicator)} {target_rule(target, indicator)}{due}"
