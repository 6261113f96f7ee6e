"""What the tasks page was asked for: its address read as a choice, and the menus that change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html

from dashboard.locale import _, language
from dashboard.window.choices import Option, choice_menu
from dashboard.window.reading import Reading
from dashboard.words.figures import unit_name
from dashboard.words.tasks import name_of_body, task_kind_word
from metrics.errors import BadRequest
from metrics.plan.model import Plan
from metrics.plan.task_choice import TaskChoice
from metrics.publish.dataset import Pull
from metrics.publish.pull import check_pull, parse_pull
from metrics.publish.tasks import TASKS, task_choice
from metrics.queries.blindness import is_blind

Component = Any

SILENT = "silent"  # of `state`: no update for two months
UNCONFIRMED = "unconfirmed"  # of `state`: the newest report is not confirmed yet
CHOSEN = ("group", "unit", "lead", "kind", "phase")


def asked(reading: Reading) -> tuple[dict[str, str], TaskChoice]:
    """What the address asks for, as parameters of the CSV and as a choice; what is no code is left out."""
    kept = {name: value for name in CHOSEN if (value := reading.address.keeps(name))}
    found = {name: value for name, value in kept.items() if means_choice(name, reading, value)}
    return found, task_choice(_pull(reading, found))


def means_choice(name: str, reading: Reading, value: str) -> bool:
    """True if `value` is a code of the sort `name` that tasks can be chosen by."""
    try:
        check_pull(_pull(reading, {name: value}), reading.view)
    except BadRequest:
        return False
    return True


def _pull(reading: Reading, given: dict[str, str]) -> Pull:
    return parse_pull(TASKS, {name: [value] for name, value in given.items()}, timezone=lambda: reading.timezone)


def choice_menus(
    reading: Reading, given: dict[str, str], *, state: str | None, count: Callable[[str, str | None], int]
) -> Component:
    """A menu for each sort of choice that the plan offers more than one of, and one for what units left unsaid.

    `count`: how many tasks there are with a code in one menu, None for all.
    """
    words = choice_words()
    offered = {name: offered_codes(reading.plan, name) for name in CHOSEN}
    return html.Div(
        [
            choice_menu(words[name], _options(reading, name, given.get(name), offered[name], count))
            for name in CHOSEN
            if len(offered[name]) > 1
        ]
        + ([] if is_blind(reading.principal) else [_state_menu(reading, state)]),
        className="choice-menus",
    )


def _state_menu(reading: Reading, state: str | None) -> Component:
    address = reading.address
    words = {
        None: _("All"),
        SILENT: _("No update for two months"),
        UNCONFIRMED: _("Waiting to be confirmed"),
    }
    options = [Option(word, address.keeping(state=value), chosen=state == value) for value, word in words.items()]
    return choice_menu(_("Reports"), options)


def choice_words() -> dict[str, str]:
    """What each sort of choice is called."""
    return {
        "group": _("Group"),
        "unit": _("Responsible unit"),
        "lead": _("Led by"),
        "kind": _("Kind"),
        "phase": _("Phase"),
    }


def _options(
    reading: Reading,
    name: str,
    chosen: str | None,
    offered: dict[str, str],
    count: Callable[[str, str | None], int],
) -> list[Option]:
    everything = Option(
        _("All"), reading.address.keeping(**{name: None}), chosen=chosen is None, count=count(name, None)
    )
    return [
        everything,
        *(
            Option(words, reading.address.keeping(**{name: code}), chosen=code == chosen, count=count(name, code))
            for code, words in offered.items()
        ),
    ]


def offered_codes(plan: Plan, name: str) -> dict[str, str]:
    """Code → words of everything that a task of the plan has of one sort."""
    spoken = language()
    if name == "group":
        return {group.code: f"{group.code} {group.heading.in_language(spoken)}" for group in plan.groups}
    if name == "unit":
        owing = {code for task in plan.tasks for code in plan.owing_units[task.number]}
        return {unit.code: unit_name(unit) for unit in plan.reporting_units if unit.code in owing}
    if name == "lead":
        return {lead.code: name_of_body(plan, lead) for task in plan.tasks for lead in task.leads}
    if name == "kind":
        return {task.kind: task_kind_word(task.kind) for task in plan.tasks}
    return {phase.code: phase.name.in_language(spoken) for phase in sorted(plan.phases, key=lambda phase: phase.order)}
