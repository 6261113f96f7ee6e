"""The leaderboard (实时榜单): units by how much of the core targets they have reached, and the weights of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.chart_view import DRAWN, Picture, clauses_of, pictured
from dashboard.grids.chosen_units import choosable, compare_chosen
from dashboard.levels import breadcrumbs, flat_way, pages, ways_down
from dashboard.locale import _, count_text, language, month_text
from dashboard.pages.ranks_over_time import ranks_over_time
from dashboard.pages.weights import weights_section
from dashboard.parts import (
    csv_link,
    empty,
    own_target_mark,
    page_head,
    plain_table,
    scrolled,
    section,
    unit_link,
)
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, indicator_name, target_name, target_rule, unit_name
from dashboard.words.months import no_submission
from dashboard.words.scores import movement_text
from metrics.periods import format_period, last_day
from metrics.plan.model import Plan, Target, UnitKind
from metrics.queries.leaderboard import leaderboard, weighed_targets
from metrics.ranking import RankGroup, group_of
from metrics.results import Rank
from metrics.rounding import exact_decimal, shown_score

Component = Any

COUNTIES, ZONES, PILOTS = "counties", "zones", "pilots"
_WIDTHS = tuple(Fraction(step, 100) for step in (1, 2, 5, 10, 20, 50, 100))
_MOST_NAMED = 5  # of those that share the first place, in the heading
_GROUPS = {COUNTIES: RankGroup.COUNTY, ZONES: RankGroup.ZONE, PILOTS: RankGroup.PILOT}


def leaderboard_page(reading: Reading) -> Content:
    """The page at `/leaderboard`. `show` in the address ranks counties, zones or pilots among themselves.

    Seen as known now, it shows what is recorded meanwhile (`data-follows`, src/window/following.js).
    """
    shown = reading.address.keeps("show")
    group = _GROUPS.get(shown or "")
    every, rows = ranked_rows(reading)
    if not rows:
        return _nobody(reading)
    title = finding(reading, rows, of=sum(1 for row in every if row.rank is not None))
    listed = reading.paged(rows)
    weights = weighed_targets(reading.view, on=last_day(rows[0].period))
    targets = [reading.plan.target_in_force(code, last_day(rows[0].period)) for code in weights]
    columns = [target for target in targets if target is not None]
    widest = widest_gap(rows)
    headings = [
        *(_("Unit"), _("Rank"), _("Score"), _gap_heading(widest), _("Movement")),
        *[_heading(reading, target, weights[target.code]) for target in columns],
    ]
    table = plain_table(_("Leaderboard"), headings, [_row(reading, row, columns, widest) for row in listed.shown])
    among = {} if group is None else {"group": group.value}
    csv = csv_link(reading.address.csv("leaderboard", period=format_period(rows[0].period), **among))
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading), slides=True),
            ways_down(reading),
            section(
                _standing(rows),
                pictured(
                    reading, scrolled(table, name="leaderboard", **DRAWN), _picture(reading.plan, title, shown, columns)
                ),
                pages(reading.address, listed),
                compare_chosen(reading.address),
                *_scores(reading, listed.shown, weights),
                aside=[*_groups(reading, shown), flat_way(reading, "scores"), csv],
            ),
            # In a place of its own, so that the form below stays the same one when a second month comes.
            html.Div(ranks_over_time(reading, rows, group=group, among=ranked_among(reading.plan, shown))),
            *weights_section(reading),
            *([_follower(reading)] if reading.address.present else []),
        ]
    )
    return Content(title=title, body=body)


def ranked_rows(reading: Reading) -> tuple[Sequence[Rank], list[Rank]]:
    """Everybody who is ranked among the group that the address chooses, and those of them on the level shown."""
    group = _GROUPS.get(reading.address.keeps("show") or "")
    every = leaderboard(reading.session, reading.view, month=reading.month, group=group)
    below = {unit.code for unit in reading.plan.reporting_units_under(reading.level.under.code)}
    return every, [row for row in every if row.unit_code in below]


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
    if of == 1:
        return _("Only {unit} is ranked in {month}", unit=names, month=month)
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
    caption = " · ".join((_("Leaderboard"), ranked_among(plan, group)))
    return Picture(name="leaderboard", title=title, caption=caption, clauses=clauses_of(targets))


def ranked_among(plan: Plan, group: str | None) -> str:
    """Whom the units are ranked with, in words."""
    return next((word for value, word in _choices(plan) if value == group), "")


def _standing(rows: Sequence[Rank]) -> str:
    """How many are ranked, and between which scores; of nobody only the month."""
    month, scores = month_text(rows[0].period), [row.score for row in rows if row.score is not None]
    if not scores:
        return month
    counts = {"ranked": count_text(len(scores)), "units": count_text(len(rows))}
    if min(scores) == max(scores):
        return _(
            "{month}: {ranked} of {units} ranked, all at {score}", month=month, score=shown_score(scores[0]), **counts
        )
    span = {"low": shown_score(min(scores)), "high": shown_score(max(scores))}
    return _("{month}: {ranked} of {units} ranked, from {low} to {high}", month=month, **span, **counts)


def widest_gap(rows: Sequence[Rank]) -> Fraction:
    """What the whole width of a bar stands for: the least of 0.01, 0.02, 0.05, 0.1 … that nobody is further from 1."""
    gap = max((1 - row.score for row in rows if row.score is not None), default=Fraction(0))
    return next(width for width in _WIDTHS if width >= gap)


def _gap_heading(widest: Fraction) -> Component:
    words = html.Small(_("whole width: {width}", width=exact_decimal(widest)))
    return html.Span([_("Short of 1"), words], className="gap-heading")


def _gap(row: Rank, widest: Fraction) -> Component:
    """How far the score is from 1, as a bar that begins at 1, on the right: where most is reached, a score's own bar
    would be as long as all others. The score beside it says the same in figures.
    """
    if row.score is None:
        return ""
    length = {"width": f"{float((1 - row.score) / widest):.2%}"}
    name = "bullet-fill fill-score" if row.score < 1 else "bullet-fill"
    return html.Span(html.Span(className=name, style=length), className="bullet gap", **{"aria-hidden": "true"})


def _nobody(reading: Reading) -> Content:
    body = html.Div(
        [
            page_head(no_submission(reading) or _("Nobody is ranked yet"), reading, falls_back=False),
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


def _row(reading: Reading, row: Rank, targets: list[Target], widest: Fraction) -> list[Component]:
    unit = reading.plan.unit_by_code[row.unit_code]
    return [
        choosable(unit, unit_link(unit, reading.address), address=reading.address),
        html.B(str(row.rank)) if row.rank is not None else _("unranked"),
        NOTHING if row.score is None else shown_score(row.score),
        _gap(row, widest),
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
    words = _("How each score is worked out")
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
