"""Performance assessment (绩效考核): every unit's score for a month, how scores are made, and inquiries."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.inquiries import inquiry_table
from dashboard.levels import breadcrumbs, pages, ways_down
from dashboard.locale import _, count_text, instant_text, month_text, ngettext, pgettext
from dashboard.pages.score_forms import inquiry_form, may_score, rule_form
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, unit_name
from dashboard.words.scores import part_cell, part_rule, part_word, points_text, rule_reason, rule_sentence, steps_text
from dashboard.words.section_findings import inquiries_found, scores_found, weights_found
from metrics.forms import plain
from metrics.periods import format_period
from metrics.queries.inquiry_scores import inquiry_scores
from metrics.queries.score_rules import score_rules
from metrics.queries.score_sheets import RankedSheet, ScoreSheets, period_scored, score_sheets
from metrics.supervision.scores import ScorePart, ScoreRule

Component = Any
_MOST_INQUIRIES = 50  # shown, those recorded last
_MOST_NAMED = 5  # of those that share the first place, in the heading


def scores_page(reading: Reading) -> Content:
    """The page at `/scores`."""
    found = score_sheets(reading.session, reading.view, period_scored(reading.view, reading.month))
    below = {unit.code for unit in reading.plan.reporting_units_under(reading.level.under.code)}
    rows = [row for row in found.rows if row.sheet.unit in below]
    looked_at = _("Covers {since} – {until}", since=month_text(found.span.since), until=month_text(found.span.period))
    under = (breadcrumbs(reading), html.P(f"{looked_at} · {rule_sentence(found.rule)}", className="note"))
    parts = [
        ways_down(reading),
        _sheets(reading, found, rows),
        _rule(reading, found),
        _inquiries(reading, found),
    ]
    body = html.Div([page_head(_finding(reading, found, rows), reading, *under), *parts])
    return Content(title=_("Performance assessment"), body=body)


def _finding(reading: Reading, found: ScoreSheets, rows: list[RankedSheet]) -> str:
    if not rows:
        return _nobody(reading)
    month = month_text(found.span.period)
    scored = [row for row in rows if row.sheet.score is not None]
    if not scored:
        return _("Nobody has a score for {month}", month=month)
    if len(rows) == 1:
        name = unit_name(reading.plan.unit_by_code[scored[0].sheet.unit])
        return _("{unit}: {score} points for {month}", unit=name, score=points_text(scored[0].sheet.score), month=month)
    if reading.view.own is not None:
        return _("Scores of your units for {month}", month=month)
    best = [row for row in scored if row.rank == scored[0].rank]
    names = _(", ").join(unit_name(reading.plan.unit_by_code[row.sheet.unit]) for row in best[:_MOST_NAMED])
    if len(best) > _MOST_NAMED:
        names = _("{units} and others, {count} in all", units=names, count=count_text(len(best)))
    score = points_text(scored[0].sheet.score)
    return _("Best score for {month}: {units}, {score} points", month=month, units=names, score=score)


def _sheets(reading: Reading, found: ScoreSheets, rows: list[RankedSheet]) -> Component:
    title = _("Scores")
    if not rows:
        return section(title, empty(_nobody(reading)))
    listed = reading.paged(rows)
    ranked = reading.view.own is None
    headings = [_("Unit"), *([_("Rank")] if ranked else []), _("Score"), *(_heading(found.rule, p) for p in ScorePart)]
    table = plain_table(title, headings, [_row(reading, row, ranked=ranked) for row in listed.shown])
    notes = [
        html.P(
            _(
                "Points from 0 to 100. The score is their weighted mean; a part with nothing to judge is left out with "
                "its weight. Ties share a rank."
            ),
            className="note",
        )
    ]
    if not ranked:
        said = _(
            "A unit sees its own score; ranks rest on every unit's slips and material and are for the bureau alone."
        )
        notes.append(html.P(said, className="note"))
    csv = csv_link(reading.address.csv("scores", period=format_period(found.span.period)))
    said = scores_found([row.sheet.score for row in rows])
    return section(said, scrolled(table, name="leaderboard"), pages(reading.address, listed), *notes, aside=csv)


def _nobody(reading: Reading) -> str:
    """Why there is nobody to score: a department's people have no unit that is."""
    if reading.view.own is not None:
        return _("Units that report figures are scored; yours report none")
    return _("There are no units to score")


def _heading(rule: ScoreRule, part: ScorePart) -> Component:
    weight = _("weight {weight}", weight=plain(rule.weights[part]))
    return html.Span([part_word(part), html.Small(weight)], className="weighed")


def _row(reading: Reading, row: RankedSheet, *, ranked: bool) -> list[Component]:
    sheet = row.sheet
    name = unit_name(reading.plan.unit_by_code[sheet.unit])
    link = dcc.Link(name, href=reading.address.to(f"/scores/{sheet.unit}"), className="unit-name")
    rank = [html.B(str(row.rank)) if row.rank is not None else _("unranked")] if ranked else []
    return [link, *rank, points_text(sheet.score), *(part_cell(part) for part in sheet.parts)]


def _rule(reading: Reading, found: ScoreSheets) -> Component:
    """How scores are made, since when and why; every version; for reviewers the form that tries and sets another."""
    title = _("Weights and steps")
    rule = found.rule
    lines = [[part_word(p), plain(rule.weights[p]), steps_text(rule.steps.get(p, ())), part_rule(p)] for p in ScorePart]
    table = plain_table(title, [pgettext("score", "Part"), _("Weight"), _("Points"), pgettext("score", "Rule")], lines)
    said = [html.P(rule_sentence(rule)), *rule_reason(rule)]
    versions = score_rules(reading.session, reading.view)
    return section(
        weights_found(rule, {part: part_word(part) for part in ScorePart}),
        *said,
        scrolled(table, name="texts"),
        *([_versions(reading, versions)] if versions else []),
        *([rule_form(found)] if may_score(reading) else []),
        aside=csv_link(reading.address.csv("score_rules")) if versions else None,
        name="weights",
    )


def _versions(reading: Reading, versions: tuple[ScoreRule, ...]) -> Component:
    names = reading.names({rule.actor for rule in versions})
    lines = [
        [
            _("no. {seq}", seq=rule.seq),
            NOTHING if rule.valid_from is None else month_text(rule.valid_from),
            _(", ").join(f"{part_word(part)} {plain(rule.weights[part])}" for part in ScorePart),
            [html.Div(f"{part_word(part)}: {steps_text(steps)}") for part, steps in rule.steps.items()] or NOTHING,
            html.Span(" · ".join(filter(None, (rule.citation, rule.reason))), lang="zh-CN"),
            names[rule.actor],
            NOTHING if rule.recorded_at is None else instant_text(rule.recorded_at, timezone=reading.timezone),
        ]
        for rule in reversed(versions)
    ]
    headings = [_("Version"), _("From month"), _("Weights"), _("Steps"), _("Reason"), _("Recorded by"), _("Recorded")]
    title = ngettext("{n} version was recorded", "{n} versions were recorded", len(versions))
    table = scrolled(plain_table(title, headings, lines), name="texts")
    return html.Details([html.Summary(title), table], className="table-view")


def _inquiries(reading: Reading, sheets: ScoreSheets) -> Component:
    """What the plan's inquiries of the months looked at came to, the newest; for reviewers the form for another."""
    tasks = [task for task in reading.plan.tasks if task.inquiry]
    if not tasks:
        return None
    title = _("Inquiry scores")
    every = inquiry_scores(reading.session, reading.view)
    found = [row for row in every if sheets.span.has(row.measured_on)]
    forms = [inquiry_form(reading, task) for task in tasks] if may_score(reading) else []
    ways = [
        dcc.Link(_("Task {number}", number=task.number), href=reading.address.to(f"/tasks/{task.number}"))
        for task in tasks
    ]
    asked = html.P([_("Required by the plan"), _(": "), *ways], className="note")
    if not found:
        return section(title, asked, empty(inquiries_found([])), *forms)
    shown = found[-_MOST_INQUIRIES:]
    more = len(found) - len(shown)
    rest = (
        [html.P(ngettext("{n} more is in the CSV", "{n} more are in the CSV", more), className="note")] if more else []
    )
    csv = csv_link(reading.address.csv("inquiries"))
    results = [
        (Fraction(row.score) / Fraction(row.full_marks), unit_name(reading.plan.unit_by_code[row.unit]))
        for row in shown
    ]
    return section(inquiries_found(results), asked, inquiry_table(reading, shown), *rest, *forms, aside=csv)
