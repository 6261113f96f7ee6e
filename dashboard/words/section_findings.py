"""What the sections of pages find: their headings, from the very rows that stand in the table or chart beneath.

Each takes what the section shows, counted, and says it for nothing, for one and for many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from dashboard.locale import _, count_text, month_text, ngettext, pgettext
from dashboard.words.figures import signed
from dashboard.words.scores import points_text
from metrics.results import Rate
from metrics.submission_states import State
from metrics.supervision.freshness import Stopped
from metrics.supervision.gates import GateVerdict
from metrics.supervision.scores import ScorePart, ScoreRule
from metrics.task_reports import TaskStatus

_MET_GATES = (GateVerdict.ON_TIME, GateVerdict.IN_WINDOW, GateVerdict.LATE)


def tasks_found(statuses: Iterable[TaskStatus]) -> str:
    """How many tasks are overdue, blocked or silent, and how many completed; empty without any."""
    counts = Counter(statuses)
    whole, done = counts.total(), counts[TaskStatus.DONE]
    if not whole:
        return ""
    if done == whole:
        return ngettext("The {n} task is completed", "All {n} tasks are completed", whole)
    late, blocked, silent = (counts[one] for one in (TaskStatus.OVERDUE, TaskStatus.BLOCKED, TaskStatus.SILENT))
    parts = [pgettext("of tasks", "{n} overdue", n=count_text(late))] if late else []
    parts += [pgettext("of tasks", "{n} blocked", n=count_text(blocked))] if blocked else []
    parts += [pgettext("of tasks", "{n} without an update for two months", n=count_text(silent))] if silent else []
    parts += [pgettext("of tasks", "{n} completed", n=count_text(done))] if done else []
    if counts[TaskStatus.NOT_REPORTED] == whole:
        return ngettext("Nothing was reported on the {n} task", "Nothing was reported on the {n} tasks", whole)
    if not parts:
        return ngettext(
            "The {n} task is neither overdue, blocked nor completed",
            "None of the {n} tasks is overdue, blocked or completed",
            whole,
        )
    return ngettext("Of {n} task, {parts}", "Of {n} tasks, {parts}", whole, parts=_(", ").join(parts))


def gates_found(units: Sequence[Mapping[str, GateVerdict]], names: Mapping[str, str]) -> str:
    """Which gate is met by the fewest units to which it applies. `units`: what each has come to, by target."""
    standing = []
    for code, name in names.items():
        verdicts = [unit[code] for unit in units if code in unit and unit[code] is not GateVerdict.NOT_APPLICABLE]
        if verdicts:
            standing.append((sum(verdict in _MET_GATES for verdict in verdicts), len(verdicts), name))
    if not standing:
        return _("No gate applies to these units")
    met, of, name = min(standing, key=lambda one: Fraction(one[0], one[1]))
    if met == of:
        return ngettext("The gate is met by every unit", "All {n} gates are met by every unit", len(standing))
    return _("{gate} is met by the fewest, {met} of {of} units", gate=name, met=met, of=of)


def sent_found(sent: int, of: int, *, late: int) -> str:
    """How many units have sent their self-assessment, and how many of those late."""
    said = ngettext(
        "{sent} of {n} unit has sent a self-assessment",
        "{sent} of {n} units have sent a self-assessment",
        of,
        sent=sent,
    )
    return said + (_(", {n} of them late", n=count_text(late)) if late else "")


def queue_found(states: Iterable[State]) -> str:
    """How many submissions wait to be verified, were sent back, or have not come."""
    counts = Counter(states)
    whole = counts.total()
    if not whole:
        return _("Nobody has to report for this month")
    if counts[State.VERIFIED] == whole:
        return ngettext("The {n} submission is verified", "All {n} submissions are verified", whole)
    waiting, back, missing = counts[State.SUBMITTED], counts[State.SENT_BACK], counts[State.NOT_REPORTED]
    if missing == whole:
        return ngettext("The {n} submission has not come", "None of the {n} submissions has come", whole)
    parts = [ngettext("{n} waits to be verified", "{n} wait to be verified", waiting)] if waiting else []
    parts += [ngettext("{n} was sent back", "{n} were sent back", back)] if back else []
    parts += [ngettext("{n} has not come", "{n} have not come", missing)] if missing else []
    return ngettext("Of {n} submission, {parts}", "Of {n} submissions, {parts}", whole, parts=_(", ").join(parts))


def stopped_found(rows: Sequence[Stopped], names: Sequence[str]) -> str:
    """What stopped first. `names`: of the unit or the dataset of each row."""
    if not rows:
        return _("Nothing has stopped")
    since = min(row.since for row in rows)
    first = list(dict.fromkeys(name for row, name in zip(rows, names, strict=True) if row.since == since))
    told = {"name": first[0], "month": month_text(since)}
    if len(set(names)) == 1:
        return _("Only {name} has stopped, since {month}", **told)
    if len(first) == 1:
        return _("{name} stopped first: nothing since {month}", **told)
    more = len(first) - 1
    return ngettext(
        "{name} and {n} more stopped first: nothing since {month}",
        "{name} and {n} more stopped first: nothing since {month}",
        more,
        **told,
    )


def scores_found(scores: Sequence[Fraction | None]) -> str:
    """How many have a score, and from where to where these go."""
    there = sorted(score for score in scores if score is not None)
    told = {"scored": count_text(len(there))}
    if not there:
        return ngettext("The {n} unit has no score", "None of {n} units has a score", len(scores))
    low, high = points_text(there[0]), points_text(there[-1])
    if low == high:
        return ngettext(
            "{scored} of {n} unit scored: {points} points",
            "{scored} of {n} units scored: {points} points",
            len(scores),
            points=low,
            **told,
        )
    return ngettext(
        "{scored} of {n} unit scored, from {low} to {high} points",
        "{scored} of {n} units scored, from {low} to {high} points",
        len(scores),
        low=low,
        high=high,
        **told,
    )


def weights_found(rule: ScoreRule, names: Mapping[ScorePart, str]) -> str:
    """Which parts weigh most."""
    if rule.is_equal:
        return _("Every part weighs the same")
    most = max(rule.weights.values())
    heaviest = [names[part] for part in ScorePart if rule.weights[part] == most]
    share = round(100 * Fraction(most) / Fraction(sum(rule.weights.values())))
    if len(heaviest) == 1:
        return _("{part} weighs most, {share} % of the score", part=heaviest[0], share=share)
    return _("{parts} weigh most, {share} % of the score each", parts=_(", ").join(heaviest), share=share)


def inquiries_found(shares: Sequence[tuple[Fraction, str]]) -> str:
    """The lowest result among those of inquiries. `shares`: what each scored of full marks, 0 to 1, and its unit."""
    if not shares:
        return _("No inquiry covered anybody in these months")
    share, unit = min(shares, key=lambda one: one[0])
    low = points_text(100 * share)
    if len(shares) == 1:
        return _("One inquiry result: {unit}, {low} % of full marks", unit=unit, low=low)
    return ngettext(
        "{n} inquiry result, the lowest of {unit}: {low} % of full marks",
        "{n} inquiry results, the lowest of {unit}: {low} % of full marks",
        len(shares),
        unit=unit,
        low=low,
    )


def trends_found(courses: Sequence[tuple[str, str, Sequence[Rate]]]) -> str:
    """How many indicators rose, fell or stayed from their first to their newest value, and which share moved most.

    `courses`: name, unit of measure and values of each, oldest first.
    """
    moved: list[tuple[str, str, Fraction, date, date]] = []
    for name, unit, rates in courses:
        there = [(rate.period, rate.value) for rate in rates if rate.value is not None]
        if len(there) > 1:
            (first, was), (last, now) = there[0], there[-1]
            moved.append((name, unit, now - was, first, last))
    if not moved:
        return _("No core indicator has two months to compare")
    counts = Counter((change > 0) - (change < 0) for _name, _unit, change, _first, _last in moved)
    span = {
        "first": month_text(min(first for *_one, first, _last in moved)),
        "last": month_text(max(last for *_one, last in moved)),
    }
    if counts[1] == len(moved):
        said = ngettext(
            "The {n} core indicator rose from {first} to {last}",
            "All {n} core indicators rose from {first} to {last}",
            len(moved),
            **span,
        )
    else:
        said = ngettext(
            "Of {n} core indicator, {parts} from {first} to {last}",
            "Of {n} core indicators, {parts} from {first} to {last}",
            len(moved),
            parts=_moves(counts),
            **span,
        )
    shares = [(name, change) for name, unit, change, _first, _last in moved if unit == "%" and change]
    if len(shares) < 2:
        return said
    name, change = max(shares, key=lambda one: abs(one[1]))
    return said + _("; most: {name}, {change} pp", name=name, change=signed(change))


def moved_found(changes: Sequence[Fraction | None]) -> str:
    """How many units rose, fell or stayed since the month before. `changes`: None of a unit without both months."""
    counts = Counter((change > 0) - (change < 0) for change in changes if change is not None)
    if not counts:
        return _("No unit has this month and the one before")
    return ngettext(
        "Of {n} unit, {parts} since the month before",
        "Of {n} units, {parts} since the month before",
        counts.total(),
        parts=_moves(counts),
    )


def _moves(counts: Counter[int]) -> str:
    """How many of what is counted went up (1), down (-1) or neither (0)."""
    parts = [ngettext("{n} rose", "{n} rose", counts[1])] if counts[1] else []
    parts += [ngettext("{n} fell", "{n} fell", counts[-1])] if counts[-1] else []
    parts += [ngettext("{n} is unchanged", "{n} are unchanged", counts[0])] if counts[0] else []
    return _(", ").join(parts)


@dataclass(frozen=True, slots=True)
class RankingEnds:
    """A ranking's ends: how many are `ranked` and how many share the first place; name and written value of both."""

    ranked: int
    sharing: int
    first: str
    best: str
    last: str
    worst: str


def ranking_found(ends: RankingEnds | None) -> str:
    """Who is first and who last; None: nobody has a value."""
    if ends is None:
        return _("Nobody has a value to rank")
    if ends.ranked == 1:
        return _("Only {unit} has a value: {value}", unit=ends.first, value=ends.best)
    if ends.sharing == ends.ranked:
        return _("All {n} stand at {value}", n=count_text(ends.ranked), value=ends.best)
    told = {"value": ends.best, "last": ends.last, "worst": ends.worst}
    if ends.sharing == 1:
        return _("{unit} is first with {value}, {last} last with {worst}", unit=ends.first, **told)
    n = count_text(ends.sharing)
    return _("{n} units share the first place with {value}; {last} is last with {worst}", n=n, **told)
