"""The form of the data page. It is sent as an address, so that a choice is a link; no callback is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.locale import _, language, month_text, pgettext
from dashboard.pages.data_choice import CHOSEN, DataChoice
from dashboard.pages.leaderboard import group_words
from dashboard.pages.task_choice import choice_words, offered_codes
from dashboard.window.reading import Reading
from metrics.periods import format_period, periods_between
from metrics.plan.model import Text
from metrics.publish.shape import SHAPE
from metrics.publish.shaped import CELLS, KEYS

Component = Any
Option = dict[str, str]

_FORMS = (
    ("csv", "CSV"),
    ("xlsx", "Excel (XLSX)"),
    ("json", "JSON"),
    ("parquet", "Parquet"),
)


def data_form(reading: Reading, choice: DataChoice) -> Component:
    """What the dataset can be narrowed by, and the kind of file."""
    fields = [
        (_shape_field if name in SHAPE else _field)(name, reading, choice)
        for name in CHOSEN
        if name in choice.dataset.parameters
    ]
    return html.Form(
        [
            *_carried(reading, choice),
            *fields,
            _one("format", _("File"), [{"value": value, "label": label} for value, label in _FORMS], choice.form),
            html.Button(_("Show"), type="submit", className="button button-main"),
        ],
        method="get",
        action="/data",
        className="data-form",
        key=reading.address.href(),
    )


def _carried(reading: Reading, choice: DataChoice) -> list[Component]:
    """What the form does not ask: the dataset, the two time controls and the language."""
    address = reading.address
    kept = [("dataset", choice.dataset.name), *address.vintage, ("lang", address.language)]
    if address.month is not None:
        kept.append(("month", format_period(address.month)))
    return [dcc.Input(type="hidden", name=name, value=value) for name, value in kept]


def _field(name: str, reading: Reading, choice: DataChoice) -> Component:
    match name:
        case "group" if name in choice.dataset.choices:
            options = [(group.value, words) for group, words in group_words(reading.plan).items()]
            return _one(name, _("Ranked"), _options(options), _first(choice, name), unset=_("Together"))
        case "under":
            root = reading.plan.root.name.in_language(language())
            return _one(name, _("Rolled-up unit"), _named(_above(reading)), _first(choice, name), unset=root)
        case "unit":
            return _many(name, _("Units"), _units(reading, choice), choice)
        case "peer":
            return _many(name, _("Beside these units"), _named(_reporting(reading)), choice)
        case "element":
            return _many(name, _("Elements"), _named([(e.code, e.name) for e in reading.plan.elements]), choice)
        case "indicator":
            return _many(name, _("Indicators"), _named([(i.code, i.name) for i in reading.plan.indicators]), choice)
        case "target":
            revisions = reading.plan.general_targets
            return _many(name, _("Targets"), _named([(c, found[-1].name) for c, found in revisions.items()]), choice)
        case "group" | "lead" | "kind" | "phase":
            codes = offered_codes(reading.plan, name)
            return _many(name, choice_words()[name], _options(list(codes.items())), choice)
        case "task":
            tasks = [
                (str(task.number), f"{task.number} {task.title.in_language(language())}") for task in reading.plan.tasks
            ]
            return _many(name, _("Tasks"), _options(tasks), choice)
        case "period_from" | "period_to":
            label = _("From month") if name == "period_from" else _("To month")
            return _one(name, label, _months(reading), _first(choice, name), unset=_("All"))
        case "state":
            states = choice.dataset.states
            return _many(name, pgettext("matter", "State"), _named(list(states.items())), choice)
        case "basis":
            options = [("submitted", _("All submissions")), ("verified", _("Verified submissions only"))]
            return _one(name, _("Basis"), _options(options), _first(choice, name), unset=_("All submissions"))
        case "since" | "after_seq":
            return _number(name, _typed()[name], _first(choice, name))
        case _:
            options = [("true", _("Every revision"))]
            return _one(name, _("Revisions"), _options(options), _first(choice, name), unset=_("Current version"))


def _shape_field(name: str, reading: Reading, choice: DataChoice) -> Component:
    """Columns, order and conditions, as the address has them also where they mean nothing."""
    kept = reading.address.keeps(name)
    listed = [part for part in (kept or "").split(",") if part]
    match name:
        case "columns":
            return _many(name, _("Columns"), _column_options(choice), choice, values=listed)
        case "sort":
            return _many(name, _("Order"), _orders(choice), choice, values=listed, unset=_("The dataset's own"))
        case "across":
            return _one(name, _("A column each"), _options([("target", _("Targets"))]), kept, unset=_("No: a row each"))
        case _:
            return _number(name, _("Only rows where"), kept, hint="status:behind,overdue;gap:<0", wide=True)


def _typed() -> dict[str, str]:
    """The fields that are typed, with their labels."""
    return {"since": _("Since a day, a time or an entry"), "after_seq": _("After sequence number")}


def _above(reading: Reading) -> list[tuple[str, Text]]:
    return [(unit.code, unit.name) for unit in reading.plan.units if unit.code in reading.plan.children]


def _reporting(reading: Reading) -> list[tuple[str, Text]]:
    return [(unit.code, unit.name) for unit in reading.plan.reporting_units]


def _first(choice: DataChoice, name: str) -> str | None:
    return next(iter(choice.values(name)), None)


def _many(
    name: str,
    label: str,
    options: list[Option],
    choice: DataChoice,
    *,
    values: list[str] | None = None,
    unset: str | None = None,
) -> Component:
    """`values`: what is chosen, if that is no list of the pull; `unset`: what holds where nothing is."""
    chosen = choice.values(name) if values is None else values
    return dmc.MultiSelect(
        label=label,
        name=name,
        data=options,
        value=chosen,
        placeholder="" if chosen else unset or _("All"),
        searchable=True,
        clearable=True,
        hidePickedOptions=True,
        nothingFoundMessage=_("Nothing has this name"),
        size="xs",
        className="data-many",
    )


def _one(name: str, label: str, options: list[Option], value: str | None, *, unset: str | None = None) -> Component:
    return dmc.Select(
        label=label,
        name=name,
        data=options,
        value=value,
        placeholder=unset or "",
        clearable=unset is not None,
        allowDeselect=unset is not None,
        size="xs",
        className="data-one",
    )


def _number(name: str, label: str, value: str | None, *, hint: str | None = None, wide: bool = False) -> Component:
    return dmc.TextInput(
        label=label,
        name=name,
        value=value or "",
        placeholder=hint or _("All"),
        size="xs",
        className="data-many" if wide else "data-one",
    )


def _columns(choice: DataChoice) -> dict[str, str]:
    """The columns that can be named, with their titles; of a wide table the unit's and what each target can have."""
    across = choice.pull.shape.across
    if across is None:
        return {one.name: one.title.in_language(language()) for one in choice.dataset.columns}
    headings = {one.name: one.title.in_language(language()) for one in choice.dataset.columns}
    codes = choice.pull.targets or tuple(choice.view.plan.general_targets)
    found = {name: headings[name] for name in KEYS}
    return found | {f"{code}.{name}": f"{code} {headings[name]}" for code in codes for name in CELLS}


def _column_options(choice: DataChoice) -> list[Option]:
    return _options([(name, f"{name} {title}") for name, title in _columns(choice).items()])


def _orders(choice: DataChoice) -> list[Option]:
    """Every column, either way."""
    ways = (("", _("ascending")), ("-", _("descending")))
    return _options(
        [(sign + name, f"{name} {word} {title}") for name, title in _columns(choice).items() for sign, word in ways]
    )


def _units(reading: Reading, choice: DataChoice) -> list[Option]:
    """The units; for who is bound to units, where single submissions are pulled, their own."""
    person = reading.principal
    own = person is not None and person.is_bound_to_units and choice.dataset.own_units_only
    units = [unit for unit in reading.plan.units if not own or person is None or unit.code in person.units]
    return _named([(unit.code, unit.name) for unit in units])


def _months(reading: Reading) -> list[Option]:
    if reading.months is None:
        return []
    periods = reversed(list(periods_between(*reading.months)))
    return _options([(format_period(period), month_text(period)) for period in periods])


def _named(parts: Sequence[tuple[str, Text]]) -> list[Option]:
    return _options([(code, f"{name.in_language(language())} {code}") for code, name in parts])


def _options(parts: Sequence[tuple[str, str]]) -> list[Option]:
    return [{"value": value, "label": label} for value, label in parts]
