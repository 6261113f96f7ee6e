"""The tasks along time, as a table of one row a task: what it is and who leads it, and its line with its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.charts.timeline import LEAST_DATE, Drawn, LineKind, Mark, Stretch, TimeScale, drawn, scale_of
from dashboard.locale import _, date_text, language, month_alone, month_text, ngettext
from dashboard.parts import hand_mark, hidden, icon, why_href
from dashboard.window.address import Address
from dashboard.words.figures import milestone_word, status_word
from dashboard.words.tasks import counted, name_of_body, task_status_mark
from metrics.plan.model import Milestone, MilestoneKind, Phase, Plan, Task, TaskUnit
from metrics.plan.task_choice import group_of
from metrics.queries.task_reports import TaskStanding
from metrics.results import Progress

Component = Any
Verdicts = Mapping[tuple[int, date], Sequence[Progress]]


@dataclass(frozen=True, slots=True)
class TaskTimeline:
    """What is drawn. `on`: the day judged; `verdicts`: (task, due day) → verdicts on the targets promised for it.

    `standings`: what tasks have come to, by number.
    """

    plan: Plan
    tasks: Sequence[Task]
    on: date | None
    verdicts: Verdicts
    standings: Mapping[int, TaskStanding]
    address: Address


def task_timeline(shown: TaskTimeline) -> Component:
    """The table; groups of the document are its row groups."""
    scale = scale_of(shown.plan)
    return html.Table(
        [
            html.Caption(_("Tasks over time"), className="hidden-text"),
            html.Thead(_axis(shown, scale)),
            *(_group(shown, scale, code, heading) for code, heading in _groups(shown.plan)),
        ],
        className="timeline",
        style=_ground(shown, scale),
    )


def _groups(plan: Plan) -> list[tuple[str, str]]:
    """The document's groups, and those that only tasks name."""
    named = {group.code: f"{group.code} {group.heading.in_language(language())}" for group in plan.groups}
    found = [group_of(plan, task) for task in plan.tasks]
    return [*named.items(), *((code, code) for code in dict.fromkeys(found) if code not in named)]


def _ground(shown: TaskTimeline, scale: TimeScale) -> dict[str, str]:
    """Where the phases end and where the day judged is, for the style sheet to draw behind every row."""
    ends = [scale.share(phase.end) * 100 for phase in shown.plan.phases if phase.end < scale.last]
    edges = ",".join(
        f"linear-gradient(90deg,transparent calc({end:.2f}% - 1px),var(--line) calc({end:.2f}% - 1px) {end:.2f}%,"
        f"transparent {end:.2f}%)"
        for end in ends
    )
    judged = {} if shown.on is None else {"--judged": f"{scale.share(shown.on):.2%}"}
    return {"--edges": edges or "none", **judged}


def _axis(shown: TaskTimeline, scale: TimeScale) -> Component:
    ticks = []
    for index, day in enumerate(scale.ticks()):
        words = month_text(day) if index == 0 or day.month == 1 else month_alone(day)
        ticks.append(html.Span(words, className="tick", style={"left": _percent(scale.share(day))}))
    judged = None
    if shown.on is not None:
        place = scale.share(shown.on)
        judged = html.Span(
            _("Day judged"),
            className="axis-judged at-the-end" if place > 0.9 else "axis-judged",
            style={"left": _percent(place)},
        )
    phases = [_phase(phase, scale) for phase in shown.plan.phases]
    return html.Tr(
        [
            html.Th(_("Task and lead"), scope="col"),
            html.Th(
                [
                    html.Span(_("Milestones"), className="hidden-text"),
                    *phases,
                    html.Div([*ticks, judged], className="ticks"),
                ],
                scope="col",
                className="track",
            ),
        ]
    )


def _phase(phase: Phase, scale: TimeScale) -> Component:
    start = 0.0 if phase.start is None else scale.share(phase.start)
    width = scale.share(phase.end) - start
    name = phase.name.in_language(language())
    return html.Span(
        name, className="axis-phase", title=name, style={"left": _percent(start), "width": _percent(width)}
    )


def _group(shown: TaskTimeline, scale: TimeScale, code: str, heading: str) -> Component:
    tasks = [task for task in shown.tasks if group_of(shown.plan, task) == code]
    if not tasks:
        return None
    head = html.Tr(html.Th(heading, colSpan=2, scope="rowgroup"), className="group-row")
    return html.Tbody([head, *(_row(shown, scale, task) for task in tasks)])


def _row(shown: TaskTimeline, scale: TimeScale, task: Task) -> Component:
    line = drawn(shown.plan, task, scale)
    marks = [_mark(shown, mark) for mark in line.marks]
    words = open_words(task, line)
    stretches = [_stretch(stretch) for stretch in line.stretches]
    undated = html.Span(words, className="open-words") if words else None
    inside = [
        html.Div(stretches, className="stretches", **{"aria-hidden": "true"}),
        html.Ul(marks) if marks else None,
        undated,
    ]
    return html.Tr(
        [html.Th([_task(shown, task), _on_paper(line)], scope="row"), html.Td(inside, className="track")],
        id=f"task-{task.number}",
    )


def _on_paper(line: Drawn) -> Component:
    """The milestones in full, where nobody can point at a mark."""
    return html.Ul(
        [
            html.Li([html.B(when(mark.milestone)), " ", mark.milestone.requirement.in_language(language())])
            for mark in line.marks
        ],
        className="on-paper paper-milestones",
    )


def _task(shown: TaskTimeline, task: Task) -> Component:
    plan, standing = shown.plan, shown.standings.get(task.number)
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(str(task.number), className="task-number"),
                    html.Span(
                        [
                            html.Span(task.title.in_language(language()), className="task-title"),
                            html.Span(_owed_by(plan, task, most=1), className="note"),
                        ],
                        title=task.title.in_language(language()),
                    ),
                    None if standing is None else task_status_mark(standing.status),
                ]
            ),
            html.Div(
                [
                    html.P(_("Lead: {names}", names=names(plan, task.leads))) if task.leads else None,
                    html.P(_("Responsible: {names}", names=names(plan, task.responsible)))
                    if task.responsible
                    else None,
                    html.Blockquote(task.text_zh, lang="zh-CN"),
                    html.P([_("As printed"), _(": "), html.Span(task.deadline_raw, lang="zh-CN")])
                    if task.deadline_raw
                    else None,
                    html.P(_reports(shown, task, standing)),
                ],
                className="task-whole",
            ),
        ]
    )


def _reports(shown: TaskTimeline, task: Task, standing: TaskStanding | None) -> list[Component]:
    """How many units say what, and the way to what they say."""
    link = dcc.Link(_("Reports on this task"), href=shown.address.to(f"/tasks/{task.number}"))
    return [link] if standing is None else [counted(one.judged.status for one in standing.units), " · ", link]


def _owed_by(plan: Plan, task: Task, *, most: int) -> str:
    """The lead, or who is responsible where none leads; of many the first `most`, and how many more."""
    if task.leads or not task.responsible:
        return _some(plan, task.leads, most)
    return _("Responsible: {names}", names=_some(plan, task.responsible, most))


def _some(plan: Plan, units: Sequence[TaskUnit], most: int) -> str:
    if len(units) <= most + 1:
        return names(plan, units)
    more = len(units) - most
    return ngettext("{names} and {n} other", "{names} and {n} others", more, names=names(plan, units[:most]))


def names(plan: Plan, units: Sequence[TaskUnit]) -> str:
    """The names of those whom a task names, in its order."""
    return _(", ").join(name_of_body(plan, unit) for unit in units)


def open_words(task: Task, line: Drawn) -> str:
    """What an open line says of itself; of a task without any line, what the document prints."""
    lines = {stretch.line for stretch in line.stretches if stretch.end >= 1.0 and stretch.line is not LineKind.DATED}
    words = [_("set by the province")] * (LineKind.PROVINCE in lines)
    words += [_("rolling")] * (task.rolling and bool(lines))
    return " · ".join(words) if words or line.marks else task.deadline_raw or _("no date printed")


def _stretch(stretch: Stretch) -> Component:
    name = f"stretch stretch-{stretch.line.value}" + (" open-ended" if stretch.open_ended else "")
    return html.Span(
        className=name, style={"left": _percent(stretch.start), "width": _percent(stretch.end - stretch.start)}
    )


def _mark(shown: TaskTimeline, mark: Mark) -> Component:
    milestone = mark.milestone
    requirement = milestone.requirement.in_language(language())
    said = when(milestone) + _(": ") + requirement
    verdicts = shown.verdicts.get((milestone.task, milestone.due_on), ()) if milestone.due_on else ()
    label = html.Span(
        [
            html.B(date_text(milestone.due_on) if milestone.due_on else ""),
            *(_verdict(verdict) for verdict in verdicts),
            html.Span(requirement, className="mark-words"),
            html.Span(_("to be confirmed"), className="note") if milestone.past_at_issue else None,
        ],
        className="mark-label",
    )
    position = {"right" if mark.to_the_left else "left": _percent(1 - mark.at if mark.to_the_left else mark.at)}
    return html.Li(
        [
            milestone_sign(sign_of(milestone, shown.on)),
            label,
        ],
        className=_side(mark),
        title=said,
        style=position | {"width": _percent(mark.room)},
    )


def _side(mark: Mark) -> str:
    """On which side the label stands; without room for its date it is not drawn: tip and table have it."""
    side = "mark-left" if mark.to_the_left else "mark-right"
    return side if mark.room >= LEAST_DATE else f"{side} mark-cramped"


def _verdict(verdict: Progress) -> Component:
    word = status_word(verdict.status)
    return html.A(
        [icon(verdict.status), hidden(word), hand_mark(verdict)],
        href=why_href(verdict),
        title=word,
        className="mark-verdict",
    )


def when(milestone: Milestone) -> str:
    """finish by 30 Sep 2019; where no date is printed, what stands in its place."""
    word = milestone_word(milestone.kind)
    return word if milestone.due_on is None else f"{date_text(milestone.due_on)} {word}"


def sign_of(milestone: Milestone, on: date | None) -> str:
    """The name of a milestone's sign: by what it asks, and by whether its date has come."""
    if milestone.past_at_issue:
        return "unsure"
    if milestone.kind in (MilestoneKind.START_BY, MilestoneKind.START_ON):
        return "start"
    if milestone.kind is MilestoneKind.ROLLING_WITHIN_YEAR:
        return "until"
    come = milestone.due_on is not None and on is not None and milestone.due_on <= on
    return "come" if come else "ahead"


def milestone_sign(name: str) -> Component:
    """A sign of :func:`sign_of` alone; its words must stand beside it."""
    return html.Span(className=f"milestone-sign milestone-{name}", **{"aria-hidden": "true"})


def _percent(share: float) -> str:
    return f"{share:.2%}"
