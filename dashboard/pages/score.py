"""One unit's score sheet: every part with its figures, the formula, the rule in words, and the ways there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dash import dcc, html

from dashboard.grids.inquiries import inquiry_table
from dashboard.locale import _, count_text, month_text, pgettext
from dashboard.pages.refusals import not_found
from dashboard.pages.score_forms import correction_form, inquiry_form, may_score
from dashboard.parts import csv_link, empty, page_head, plain_table, scrolled, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING, target_name, unit_name
from dashboard.words.scores import (
    form_word,
    mean_text,
    outcome_mark,
    part_cell,
    part_rule,
    part_word,
    points_text,
    rule_reason,
    rule_sentence,
    score_text,
    share_text,
    steps_text,
)
from dashboard.words.slips import number_word
from metrics.forms import plain
from metrics.periods import format_period
from metrics.queries.inquiry_scores import inquiry_scores
from metrics.queries.score_sheets import RankedSheet, ScoreSheets, period_scored, score_sheets
from metrics.rounding import exact_decimal
from metrics.supervision.scores import Delivery, NotCounted, ScorePart, SlipOutcome, share_of

Component = Any


def score_page(reading: Reading, code: str) -> Content:
    """The page at `/scores/{code}`: the sheet of a unit for the month, for those who may see it."""
    found = score_sheets(reading.session, reading.view, period_scored(reading.view, reading.month))
    row = found.of(code)
    if row is None:
        what = _("There is no score sheet of {unit} for {month}", unit=code[:40], month=month_text(found.span.period))
        return not_found(reading, what=what)
    title = _title(reading, found, row)
    back = dcc.Link(_("All scores"), href=reading.address.to("/scores"))
    unit = dcc.Link(_("The unit's page"), href=reading.address.to(f"/units/{code}"))
    looked_at = _("Covers {since} – {until}", since=month_text(found.span.since), until=month_text(found.span.period))
    head = page_head(title, reading, html.P([back, " · ", unit, " · ", looked_at], className="note"))
    parts = [_how(reading, found, row), *(_part(reading, found, row, part) for part in ScorePart)]
    return Content(title=title, body=html.Div([head, *parts]))


def _title(reading: Reading, found: ScoreSheets, row: RankedSheet) -> str:
    said = {
        "unit": unit_name(reading.plan.unit_by_code[row.sheet.unit]),
        "month": month_text(found.span.period),
        "score": points_text(row.sheet.score),
    }
    if row.sheet.score is None:
        return _("{unit}: no score for {month}", unit=said["unit"], month=said["month"])
    if row.rank is None:
        return _("{unit}: {score} points for {month}", **said)
    of = sum(1 for other in found.rows if other.sheet.score is not None)
    return _("{unit}: {score} points for {month}, place {rank} of {of}", rank=row.rank, of=of, **said)


def _how(reading: Reading, found: ScoreSheets, row: RankedSheet) -> Component:
    """The score's formula, its parts with their weights, and the rule in force."""
    sheet = row.sheet
    title = _("How the score is worked out")
    headings = [pgettext("score", "Part"), _("Points"), _("Weight"), _("Points for a share")]
    lines = [
        [
            html.A(part_word(part.part), href=f"#{_place(part.part)}"),
            part_cell(part),
            plain(part.weight),
            steps_text(found.rule.steps.get(part.part, ())),
        ]
        for part in sheet.parts
    ]
    formula = [] if sheet.score is None else [html.P(score_text(sheet), className="formula")]
    left_out = [part_word(part.part) for part in sheet.parts if part.not_counted is NotCounted.NOTHING]
    if left_out:
        names = _(", ").join(left_out)
        formula.append(html.P(_("Left out with its weight, as there is nothing to judge: {parts}", parts=names)))
    if sheet.facts.unreported and sheet.score is None:
        formula.append(html.P(_("No score: figures of the month are missing.")))
    rule = [html.P(rule_sentence(found.rule), className="note"), *rule_reason(found.rule)]
    csv = csv_link(reading.address.csv("scores", unit=sheet.unit, period=format_period(found.span.period)))
    return section(title, *formula, scrolled(plain_table(title, headings, lines), name="texts"), *rule, aside=csv)


def _place(part: ScorePart) -> str:
    return f"part-{part.value}"


def _part(reading: Reading, found: ScoreSheets, row: RankedSheet, part: ScorePart) -> Component:
    """One part: the figure, the formula, what it is made of, and the rule in words."""
    inside = {
        ScorePart.ATTAINMENT: _attainment,
        ScorePart.TIMELINESS: _timeliness,
        ScorePart.SLIPS: _slips,
        ScorePart.INQUIRY: _inquiry,
    }[part](reading, found, row)
    scored = row.sheet.part(part)
    said = html.P([html.B(part_cell(scored)), " · ", _("weight {weight}", weight=plain(scored.weight))])
    rule = html.P(part_rule(part), className="note")
    made = section(part_word(part), said, *inside, rule)
    made.id = _place(part)
    return made


def _attainment(reading: Reading, found: ScoreSheets, row: RankedSheet) -> list[Component]:
    facts, rule, plan = row.sheet.facts, found.rule, reading.plan

    def name(target: str) -> Component:
        revision = plan.target_in_force(target, found.span.until, unit=facts.unit)
        return html.A(target if revision is None else target_name(revision), href=f"#why={facts.unit}/{target}")

    given = [(rule.points(ScorePart.ATTAINMENT, one.reached), one.weight) for one in facts.targets]
    lines = [
        [name(one.code), share_text(one.reached), exact_decimal(one.weight), points_text(points)]
        for one, (points, _weight) in zip(facts.targets, given, strict=True)
    ]
    lines += [[name(code), _("Not reported"), NOTHING, NOTHING] for code in facts.unreported]
    if not lines:
        return [empty(_("No core target applies to the unit"))]
    title = _("Core targets")
    table = plain_table(title, [_("Target"), _("Share reached"), _("Weight"), _("Points")], lines)
    points = row.sheet.part(ScorePart.ATTAINMENT).points
    formula = [] if points is None else [html.P(mean_text(given, points), className="formula")]
    way = dcc.Link(_("Leaderboard"), href=reading.address.to("/leaderboard"))
    return [*formula, scrolled(table, name="texts"), html.P(way)]


def _timeliness(reading: Reading, found: ScoreSheets, row: RankedSheet) -> list[Component]:
    facts = row.sheet.facts
    if not facts.judged:
        return [empty(_("Nothing was owed that can be judged"))]
    by_kind = {kind: [one for one in facts.judged if one.what == kind] for kind in ("submission", "material")}
    words = {"submission": _("Monthly submissions"), "material": _("Monthly material")}
    lines = [
        [
            words[kind],
            count_text(sum(bool(one.on_time) for one in owed)),
            count_text(len(owed)),
            [part for one in owed if not one.on_time for part in (_late(reading, facts.unit, one), " ")] or NOTHING,
        ]
        for kind, owed in by_kind.items()
        if owed
    ]
    table = plain_table(
        part_word(ScorePart.TIMELINESS), [_("What was owed"), _("Received in time"), _("Judged"), _("Late")], lines
    )
    in_time = sum(bool(one.on_time) for one in facts.judged)
    formula = _formula(found, row, ScorePart.TIMELINESS, f"{in_time} ÷ {len(facts.judged)}")
    return [formula, scrolled(table, name="texts")]


def _late(reading: Reading, unit: str, one: Delivery) -> Component:
    """A month that was late, and the way to it."""
    word = month_text(one.period)
    if one.what == "material":
        return dcc.Link(word, href=reading.address.to(f"/materials/{unit}/{format_period(one.period)}"))
    return dcc.Link(word, href=reading.address.to(f"/units/{unit}"))


def _slips(reading: Reading, found: ScoreSheets, row: RankedSheet) -> list[Component]:
    facts = row.sheet.facts
    if not facts.slips:
        return [empty(_("No slip to the unit was due that can be judged"))]
    lines = [
        [
            dcc.Link(number_word(slip.number), href=reading.address.to(f"/supervise/slips/{slip.number}")),
            outcome_mark(slip.outcome),
        ]
        for slip in facts.slips
    ]
    table = plain_table(part_word(ScorePart.SLIPS), [_("Slip"), _("Counts as")], lines)
    formula = _formula(found, row, ScorePart.SLIPS, f"{facts.count(SlipOutcome.IN_TIME)} ÷ {len(facts.slips)}")
    return [formula, scrolled(table, name="texts")]


def _inquiry(reading: Reading, found: ScoreSheets, row: RankedSheet) -> list[Component]:
    facts, inside = row.sheet.facts, list[Component]()
    if facts.inquiries:
        terms = " + ".join(f"{plain(one.score)} ÷ {plain(one.full_marks)}" for one in facts.inquiries)
        inside.append(_formula(found, row, ScorePart.INQUIRY, f"({terms}) ÷ {len(facts.inquiries)}"))
        forms = _(", ").join(form_word(reading.plan, one.task, one.form) for one in facts.inquiries)
        inside.append(html.P(_("Round {round}: {forms}", round=facts.inquiries[0].round, forms=forms)))
    else:
        inside.append(empty(_("No inquiry covered the unit in these months")))
    rows = inquiry_scores(reading.session, reading.view, units=[facts.unit])
    if rows:
        inside.append(inquiry_table(reading, rows))
    if may_score(reading):
        asking = [
            task for task in reading.plan.tasks if task.inquiry and facts.unit in reading.plan.owing_units[task.number]
        ]
        inside += [inquiry_form(reading, task, unit=facts.unit) for task in asking]
        inside += [correction_form(reading, one) for one in rows]
    return inside


def _formula(found: ScoreSheets, row: RankedSheet, part: ScorePart, terms: str) -> Component:
    """7 ÷ 9 = 77.78 %; by steps also what they give for it."""
    share = share_of(row.sheet.facts, part) or Fraction(0)
    said = f"{terms} = {share_text(share)}"
    steps = found.rule.steps.get(part, ())
    if steps:
        said += _("; ") + _(
            "{steps} gives {points} points", steps=steps_text(steps), points=points_text(row.sheet.part(part).points)
        )
    return html.P(said, className="formula")
