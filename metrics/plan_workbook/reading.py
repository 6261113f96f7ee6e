"""A workbook read into a plan: everything wrong with it is told at once, each by sheet and cell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from metrics.plan.files import refused_value
from metrics.plan.model import Plan
from metrics.plan.problems import PlanInvalid, PlanProblem
from metrics.plan.rules import check_plan
from metrics.plan_workbook.cells import FilledSheet, cell_problem, filled_sheets
from metrics.plan_workbook.sums import read_sum
from metrics.plan_workbook.tables import ABOUT, SOURCE, Path, PlanField, PlanTable, tables

_SOURCE_COLUMNS = ("line", "text")
_BETWEEN = {"text": re.compile(r"[\s,\uff0c;\uff1b、]+"), "lines": re.compile(r"\n")}  # commas of both widths
_LINE = re.compile(r"[0-9]{1,9}")
_OF_WORDS = {"levels", "notices", "modelled_in"}  # lists of texts, one on a line; the others are of codes
_TRUTHS = {"是": "true", "否": "false", "yes": "true", "no": "false"}
_PLACE = re.compile(r"(\w+)(?:\[(.+?)\](?=\.|$))?(?:\.(.*))?")

Location = tuple[str | int, ...]


def read_workbook(content: bytes) -> tuple[Plan, str]:
    """The plan in a workbook and the text of its document, checked. Raises PlanInvalid with every bad cell."""
    known = {table.name: table.columns for table in tables()} | {SOURCE: _SOURCE_COLUMNS}
    sheets = filled_sheets(content, known, ignored=ABOUT)
    reading = _FilledPlan(sheets)
    reading.problems += [problem for sheet in sheets.values() for problem in sheet.problems]
    required = [name for name in Plan.model_fields if Plan.model_fields[name].is_required()]
    absent = [name for name in (*required, SOURCE) if name not in sheets]
    reading.problems += [cell_problem("sheet_missing", name, given=name) for name in absent]
    for table in tables():
        reading.take(table)
    text = reading.source_text()
    try:
        plan = Plan.model_validate(reading.body)
    except ValidationError as refused:
        reading.refused(refused)
        raise PlanInvalid(reading.problems) from None
    if SOURCE in sheets:
        reading.problems += [reading.moved(problem) for problem in check_plan(plan, text)]
    if reading.problems:
        raise PlanInvalid(reading.problems)
    return plan, text


@dataclass
class _FilledPlan:
    """What is read: the plan as its files would have it, and where each row of it stands.

    `rows`: location → sheet and row. `keys`: by part what its rows are called, with their place in the list.
    """

    sheets: Mapping[str, FilledSheet]
    body: dict[str, Any] = field(default_factory=dict)
    rows: dict[Location, tuple[str, int]] = field(default_factory=dict)
    keys: dict[str, dict[str, int]] = field(default_factory=dict)
    problems: list[PlanProblem] = field(default_factory=list)

    def take(self, table: PlanTable) -> None:
        """Read the rows of a table into the body."""
        sheet = self.sheets.get(table.name)
        if sheet is None or (table.path and table.part == "document"):
            return
        for row, cells in sheet.rows.items():
            entry = self._entry(table, sheet, row, cells)
            if table.path:
                self._append(table, sheet, row, cells, entry)
            elif table.part == "document":
                if "document" not in self.body:
                    self.body["document"], self.rows[("document",)] = entry, (sheet.name, row)
            else:
                listed = self.body.setdefault(table.part, [])
                self._call(table.part, entry, len(listed))
                self.rows[table.part, len(listed)] = (sheet.name, row)
                listed.append(entry)
        if not table.path and table.part != "document":
            self.body.setdefault(table.part, [])

    def _call(self, part: str, entry: dict[str, Any], place: int) -> None:
        key = str(entry.get("number" if part == "tasks" else "code", ""))
        revision = str(entry.get("revision", "1"))
        self.keys.setdefault(part, {})[key if revision == "1" else f"{key}@{revision}"] = place

    def _append(self, table: PlanTable, sheet: FilledSheet, row: int, cells: Mapping[str, str], entry: Any) -> None:
        """Put the row of a list's table to the part that it names."""
        key = cells.get(table.part, "").strip()
        place = self.keys.get(table.part, {}).get(key)
        if place is None:
            code = "parent_unknown" if key else "parent_missing"
            at = sheet.place(row, table.part)
            self.problems.append(cell_problem(code, sheet.name, at, given=key, table=table.part))
            return
        *above, name = table.path
        holder = self.body[table.part][place]
        for step in above:
            holder = holder.setdefault(step, {})
        listed = holder.setdefault(name, [])
        self.rows[table.part, place, *table.path, len(listed)] = (sheet.name, row)
        listed.append(entry)

    def _entry(self, table: PlanTable, sheet: FilledSheet, row: int, cells: Mapping[str, str]) -> dict[str, Any]:
        entry: dict[str, Any] = {}
        for one in table.fields:
            text = cells.get(one.name)
            if text is None or not text.strip():
                if one.nullable and len(one.path) == 1:
                    entry[one.name] = None
                continue
            value = self._value(one, text)
            if value is None:
                at = sheet.place(row, one.name)
                self.problems.append(cell_problem("sum_unreadable", sheet.name, at, given=text))
                continue
            holder = entry
            for step in one.path[:-1]:
                holder = holder.setdefault(step, {})
            holder[one.path[-1]] = value
        if not table.path:
            lists = [other.path for other in tables() if other.part == table.part and other.path]
            for path in lists:
                if len(path) == 1:
                    entry.setdefault(path[0], [])
        return entry

    def _value(self, one: PlanField, text: str) -> Any:
        if one.list:
            between = _BETWEEN["lines" if one.path[-1] in _OF_WORDS else "text"]
            return [part.strip() for part in between.split(text) if part.strip()]
        if one.kind == "sum":
            return read_sum(text)
        stripped = text.strip()
        return _TRUTHS.get(stripped.lower(), stripped) if one.kind == "truth" else stripped

    def source_text(self) -> str:
        """The document's text, its lines at their numbers; a line without one follows the one above it."""
        sheet = self.sheets.get(SOURCE)
        lines: dict[int, str] = {}
        last = 0
        for row, cells in () if sheet is None else sheet.rows.items():
            said = cells.get("line")
            number = last + 1 if said is None else int(said) if _LINE.fullmatch(said) else 0
            if number < 1 or number in lines or number > last + 10_000:
                at = sheet.place(row, "line") if sheet is not None else ""
                self.problems.append(cell_problem("line_wrong", SOURCE, at, given=said or str(number)))
                continue
            lines[number] = cells.get("text", "")
            last = number
        return "\n".join(lines.get(number, "") for number in range(1, max(lines, default=0) + 1))

    def refused(self, error: ValidationError) -> None:
        """Take in what the model refused, each at its cell; what is said already is not said again."""
        said = {(problem.file, problem.place) for problem in self.problems}
        missing = {problem.file for problem in self.problems if not problem.place}
        for one in error.errors():
            problem = self._at(refused_value(one, self.body), one["loc"])
            if (problem.file, problem.place) not in said and problem.file not in missing:
                self.problems.append(problem)

    def moved(self, problem: PlanProblem) -> PlanProblem:
        """A problem of a checked plan, told by its cell instead of by its file."""
        found = _PLACE.fullmatch(problem.place)
        if found is None:
            return problem
        part, key, rest = found[1], found[2], found[3] or ""
        steps = [int(step) if step.isdigit() else step for step in re.findall(r"[^.\[\]]+", rest)]
        if key is None:
            return self._at(problem, (part, *steps))
        return self._at(problem, (part, self.keys.get(part, {}).get(key, -1), *steps))

    def _at(self, problem: PlanProblem, location: Location) -> PlanProblem:
        """The problem at the nearest cell to a location of the plan."""
        part = str(location[0]) if location else ""
        for length in range(len(location), 0, -1):
            if location[:length] in self.rows:
                name, row = self.rows[location[:length]]
                sheet = self.sheets[name]
                steps = self._names(location, length)
                cell = sheet.place(row, _nearest(sheet, steps))
                return replace(problem, pointer=f"{name}!{cell}", file=name, place=cell)
        return replace(problem, pointer=part, file=part, place="")

    def _names(self, location: Location, length: int) -> Path:
        """The names below a row, without numbers and without the kind by which a check's class was chosen."""
        names = tuple(str(step) for step in location[length:] if not isinstance(step, int))
        if location[0] == "checks" and length == 2 and names:
            kind = self.body["checks"][location[1]].get("kind")
            return names[1:] if names[0] == kind else names
        return names


def _nearest(sheet: FilledSheet, names: Path) -> str:
    """The column of what `names` lead to: itself, the first below it, else the one that holds it."""
    wanted = ".".join(names)

    def first(columns: Iterable[str]) -> str | None:
        return next(iter(columns), None)

    return (
        first(column for column in sheet.letters if column == wanted)
        or first(column for column in sheet.letters if wanted and column.startswith(f"{wanted}."))
        or first(column for column in sheet.letters if wanted.startswith(f"{column}."))
        or first(sheet.letters)
        or ""
    )
