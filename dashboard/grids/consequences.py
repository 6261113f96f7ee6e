"""What a target would change, as tables: whose verdict, rolled-up figure, place, gate and score, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from dash import html

from dashboard.locale import _, date_text, month_text, ngettext
from dashboard.parts import plain_table, scrolled, status_mark
from dashboard.words.figures import (
    NOTHING,
    distance_text,
    light_word,
    measure,
    signed,
    target_name,
    threshold_text,
    timing_word,
    unit_name,
    value_text,
    with_measure,
)
from dashboard.words.phases import gate_mark, phase_name
from dashboard.words.scores import points_text
from metrics.commands.revise_target import TriedTarget
from metrics.plan.model import Plan
from metrics.queries.target_consequences import MonthMoves, ShownVerdict, VerdictMove
from metrics.results import Rank
from metrics.rounding import shown_score
from metrics.supervision.gates import GateVerdict

Component = Any
_Side = TypeVar("_Side")


def consequences(plan: Plan, tried: TriedTarget) -> Component:
    """Every month that was asked about: what differs in the first ones opened, of the others folded."""
    first, *others = tried.months or (None,)
    if first is None:
        return html.P(_("No figure is known yet, so nothing is judged and nothing changes."))
    parts = [_month(plan, first)]
    later = [month for month in others if month.month.on > first.month.on and month.month.period == first.month.period]
    parts += [_month(plan, month) for month in later]
    folded = [month for month in others if month not in later]
    changing = [month for month in folded if month.changes]
    if folded and not changing:
        parts.append(html.P(_("Nothing changes in any other month it judges.")))
    parts += [html.Details([html.Summary(_count(month)), _tables(plan, month)]) for month in changing]
    return html.Div(parts, className="consequences")


def _month(plan: Plan, moves: MonthMoves) -> Component:
    return html.Div([html.H3(_count(moves)), _tables(plan, moves)])


def _count(moves: MonthMoves) -> str:
    """Judged on 31 Dec 2020 with the figures of December 2020: 3 verdicts change, 1 place in the leaderboard …"""
    judged = _("Judged on {date}", date=date_text(moves.month.on))
    if moves.period is not None:
        judged = _(
            "Judged on {date} by the figures of {month}",
            date=date_text(moves.month.on),
            month=month_text(moves.period),
        )
    if not moves.changes:
        return judged + _(": ") + _("nothing changes")
    sums = [_turns(move) for move in moves.verdicts if move.rolled_up]
    units = [_turns(move) for move in moves.verdicts if not move.rolled_up]
    counted = [
        (len(units), ngettext("{n} verdict", "{n} verdicts", len(units)) + _turned_text(sum(units))),
        (len(sums), ngettext("{n} rolled-up figure", "{n} rolled-up figures", len(sums)) + _turned_text(sum(sums))),
        (len(moves.ranks), ngettext("{n} place in the leaderboard", "{n} places in the leaderboard", len(moves.ranks))),
        (len(moves.gates), ngettext("{n} gate", "{n} gates", len(moves.gates))),
        (len(moves.sheets), ngettext("{n} score", "{n} scores", len(moves.sheets))),
    ]
    return judged + _(": ") + _("{parts} would change", parts=_(", ").join(said for n, said in counted if n))


def _turns(move: VerdictMove) -> bool:
    """True if the status is another one, and not only the rule, the distance or the line."""
    before, after = (None if one is None else one.verdict.status for one in (move.before, move.after))
    return before is not after


def _turned_text(turned: int) -> str:
    return ngettext(" ({n} with a changed status)", " ({n} with a changed status)", turned)


def _tables(plan: Plan, moves: MonthMoves) -> Component:
    tables = [_verdicts(plan, moves), _ranks(plan, moves), _gates(plan, moves), _sheets(plan, moves)]
    return html.Div([scrolled(table) for table in tables if table is not None])


def _verdicts(plan: Plan, moves: MonthMoves) -> Component:
    if not moves.verdicts:
        return None
    rows = []
    for move in sorted(moves.verdicts, key=lambda one: not one.rolled_up):
        sides = (move.before, move.after)
        name = unit_name(plan.unit_by_code[move.unit])
        named = _("{unit} (rolled up)", unit=name) if move.rolled_up else name
        rows.append(
            [
                named,
                _named_target(plan, move.target),
                _both(sides, lambda one: _status(one)),
                _both(sides, lambda one: _rule(plan, one)),
                _both(sides, lambda one: _value(plan, one)),
                _both(sides, lambda one: distance_text(plan, one.verdict)),
                _both(sides, lambda one: signed(one.verdict.required_pace)),
                _both(sides, lambda one: _line(plan, one)),
            ]
        )
    headings = [
        _("Unit"),
        _("Target"),
        _("Status"),
        _("Rule"),
        _("Value"),
        _("Distance"),
        _("Pace needed per month"),
        _("Line then"),
    ]
    return plain_table(_("Verdicts that change"), headings, rows, says_caption=True)


def _named_target(plan: Plan, code: str) -> str:
    known = plan.general_targets.get(code)
    return code if known is None else f"{code} {target_name(known[-1])}"


def _status(one: ShownVerdict) -> Component:
    verdict = one.verdict
    words = [status_mark(verdict.status)]
    if verdict.timing is not None:
        words += [" ", html.Span(timing_word(verdict.timing), className="note")]
    if verdict.override is not None:
        words += [" ", html.Span(_("by hand: {light}", light=light_word(verdict.light)), className="note")]
    return html.Span(words)


def _rule(plan: Plan, one: ShownVerdict) -> str:
    indicator = plan.indicator_by_code[one.verdict.indicator_code]
    rule = with_measure(threshold_text(one.verdict.comparator, one.verdict.threshold), measure(indicator))
    due = one.verdict.due_on
    return rule if due is None else rule + " · " + _("by {date}", date=date_text(due))


def _value(plan: Plan, one: ShownVerdict) -> str:
    if one.value is None:
        return NOTHING
    return with_measure(one.value, measure(plan.indicator_by_code[one.verdict.indicator_code]))


def _line(plan: Plan, one: ShownVerdict) -> str:
    """How high the line stands by which the value is judged, straight or agreed."""
    return value_text(plan, plan.indicator_by_code[one.verdict.indicator_code], one.verdict.line)


def _ranks(plan: Plan, moves: MonthMoves) -> Component:
    if not moves.ranks:
        return None
    rows = [
        [
            unit_name(plan.unit_by_code[move.unit]),
            _both((move.before, move.after), lambda one: NOTHING if one.rank is None else str(one.rank)),
            _both((move.before, move.after), _score),
        ]
        for move in moves.ranks
    ]
    return plain_table(_("Places in the leaderboard"), [_("Unit"), _("Rank"), _("Score")], rows, says_caption=True)


def _score(rank: Rank) -> str:
    return NOTHING if rank.score is None else shown_score(rank.score)


def _gates(plan: Plan, moves: MonthMoves) -> Component:
    if not moves.gates:
        return None
    phases = {phase.code: phase for phase in plan.phases}
    rows = [
        [
            unit_name(plan.unit_by_code[move.unit]),
            phase_name(phases[move.phase]),
            _("all gates") if move.target is None else move.target,
            _both((move.before, move.after), _gate),
        ]
        for move in moves.gates
    ]
    headings = [_("Unit"), _("Phase"), _("Gate"), _("Verdict")]
    return plain_table(_("Gates of phases"), headings, rows, says_caption=True)


def _gate(verdict: GateVerdict) -> Component:
    return gate_mark(verdict)


def _sheets(plan: Plan, moves: MonthMoves) -> Component:
    if not moves.sheets:
        return None
    rows = [
        [
            unit_name(plan.unit_by_code[move.unit]),
            _both((move.before, move.after), lambda one: points_text(one.sheet.score)),
            _both((move.before, move.after), lambda one: NOTHING if one.rank is None else str(one.rank)),
        ]
        for move in moves.sheets
    ]
    headings = [_("Unit"), _("Score"), _("Rank")]
    return plain_table(_("Performance assessment of the month"), headings, rows, says_caption=True)


def _both(sides: Sequence[_Side | None], write: Callable[[_Side], Component]) -> Component:
    """Before → after; once where both are written alike."""
    before, after = (NOTHING if one is None else write(one) for one in sides)
    if str(before) == str(after):
        return before
    return html.Span(list(_apart(before, after)), className="before-after")


def _apart(before: Component, after: Component) -> Iterable[Component]:
    yield html.Span(before, className="before")
    yield html.Span(" → ")
    yield html.Span(after, className="after")
