"""What the tasks page was asked for: its address read as a choice, and the menus that change it."""

from __future__ import annotations

from typing import Any

from dash import html

from dashboard.choices import Option, choice_menu
from dashboard.locale import _, language
from dashboard.reading import Reading
from dashboard.wording import unit_name
from metrics.plan.choosing import TaskChoice
from metrics.plan.model import Plan
from metrics.publish.pull import check_codes, parse_pull
from metrics.publish.tasks import TASKS, task_choice
from metrics.queries.blindness import is_blind
from metrics.task_reports import owing_units

Component = Any

SILENT = "silent"  # of `state`: no update for two months
CHOSEN = ("group", "unit", "lead", "kind", "phase")


def asked(reading: Reading) -> tuple[dict[str, str], TaskChoice]:
    """What the address asks for, as parameters of the CSV and as a choice. Raises BadRequest for unknown codes."""
    found = {name: value for name in CHOSEN if (value := reading.place.keeps(name))}
    pull = parse_pull(TASKS, {name: [value] for name, value in found.items()})
    check_codes(pull, reading.plan)
    return found, task_choice(pull)


def choice_menus(reading: Reading, given: dict[str, str], *, silent: bool) -> Component:
    """A menu for each sort of choice that the plan offers more than one of, and one for what units left unsaid."""
    words = choice_words()
    offered = {name: offered_codes(reading.plan, name) for name in CHOSEN}
    return html.Div(
        [
            choice_menu(words[name], _options(reading, name, given.get(name), offered[name]))
            for name in CHOSEN
            if len(offered[name]) > 1
        ]
        + ([] if is_blind(reading.principal) else [_silence_menu(reading, silent=silent)]),
        className="choice-menus",
    )


def _silence_menu(reading: Reading, *, silent: bool) -> Component:
    place = reading.place
    options = [
        Option(_("All"), place.keeping(state=None), chosen=not silent),
        Option(_("No update for two months"), place.keeping(state=SILENT), chosen=silent),
    ]
    return choice_menu(_("Reports"), options)


def choice_words() -> dict[str, str]:
    """What each sort of choice is called."""
    return {
        "group": _("Group"),
        "unit": _("Owed by"),
        "lead": _("Led by"),
        "kind": _("Kind"),
        "phase": _("Phase"),
    }


def _options(reading: Reading, name: str, chosen: str | None, offered: dict[str, str]) -> list[Option]:
    everything = Option(_("All"), reading.place.keeping(**{name: None}), chosen=chosen is None)
    return [
        everything,
        *(
            Option(words, reading.place.keeping(**{name: code}), chosen=code == chosen)
            for code, words in offered.items()
        ),
    ]


def offered_codes(plan: Plan, name: str) -> dict[str, str]:
    """Code → words of everything that a task of the plan has of one sort."""
    spoken = language()
    if name == "group":
        return {group.code: f"{group.code} {group.heading.in_language(spoken)}" for group in plan.groups}
    if name == "unit":
        owing = {code for task in plan.tasks for code in owing_units(plan, task)}
        return {unit.code: unit_name(unit) for unit in plan.reporting_units if unit.code in owing}
    if name == "lead":
        names = names_of_bodies(plan)
        return {lead.code: names.get(lead.code, lead.name_zh) for task in plan.tasks for lead in task.leads}
    if name == "kind":
        return {task.kind: task_kind_word(task.kind) for task in plan.tasks}
    return {phase.code: phase.name.in_language(spoken) for phase in sorted(plan.phases, key=lambda phase: phase.order)}


def names_of_bodies(plan: Plan) -> dict[str, str]:
    """Code → name of every department and unit that a task can name."""
    names = {department.code: department.name.in_language(language()) for department in plan.departments}
    return names | {unit.code: unit_name(unit) for unit in plan.units}


def task_kind_word(kind: str) -> str:
    """The word for the kinds of task that plans are known to have; another stands as the plan writes it."""
    known = {
        "standing": _("Standing duty"),
        "deliverable": _("Deliverable"),
        "kpi": _("Measured"),
    }
    return known.get(kind, kind)
