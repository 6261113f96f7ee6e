"""Tables of pages held against the files that the pages themselves offer: one way for every page.

A `ShownTable` says at which addresses a table stands, whose file it is, and of each row which row of the file it shows
and which columns stand in which cell. What follows is the same for all: the file is pulled by the link beside the
table, every number in a cell is the file's, in its order and no other, and every status, month and day is in the
file's words. `cells` are all that a table shows: a test alters what stands in each and has to be caught.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from dashboard.locale import date_text, instant_text, month_text
from dashboard.words.figures import status_word
from dashboard.words.submissions import figure_word
from dashboard.words.tasks import task_status_mark
from metrics.periods import last_day, parse_period
from metrics.plan.model import Plan
from metrics.results import Status
from metrics.submission_states import State
from metrics.task_reports import TaskStatus
from tests.dashboard.drawn import nodes, of_class, plain, said
from tests.dashboard.read_back import Row, named

_NUMBER = re.compile(r"[+\-−]?\d[\d,]*(?:\.\d+)?")
_HIDDEN = "hidden-text"


@dataclass(frozen=True)
class Figure:
    """One thing that a page shows and what the file says of it, both as the page would write it."""

    where: tuple[str, ...]
    shown: str
    told: str


@dataclass(frozen=True)
class ShownCell:
    """What a cell shows of its row in the file. `numbers`: columns, in the order in which they stand in the text; those
    without a value are left out. `words`: column → how the cell writes it; those are looked for first.
    """

    text: str
    numbers: tuple[str, ...] = ()
    words: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShownRow:
    """`key`: columns and what the file's row has in them, by which it is found. `more`: what is worked out of rows.

    `together`: it sums up the others, and has no row of its own in the file.
    """

    key: Mapping[str, str]
    cells: Sequence[ShownCell]
    more: Mapping[str, str] = field(default_factory=dict)
    together: bool = False


@dataclass(frozen=True)
class Draw:
    """What was drawn at random for one page."""

    plan: Plan
    unit: str
    others: tuple[str, ...]
    target: str
    element: str
    month: str

    @property
    def on(self) -> str:
        period = parse_period(self.month)
        assert period is not None
        return last_day(period).isoformat()


Pull = Callable[..., list[Row]]  # a dataset and its parameters


@dataclass(frozen=True)
class ShownTable:
    """`address`: path and parameters for what was drawn; `rows`: of a section, with the file's rows and a way to pull
    others. `free`: the places of cells in which digits are the plan's own words: names, headings and dates as printed.
    """

    dataset: str
    address: Callable[[Draw], tuple[str, dict[str, Any]]]
    rows: Callable[[Any, Draw, list[Row], Pull], Iterator[ShownRow]]
    free: frozenset[int] = frozenset({0})


def figures(table: ShownTable, section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[Figure]:
    """Everything that one section shows, against its file."""
    before: set[tuple[str, ...]] = set()
    for shown in table.rows(section, draw, file, pull):
        where = (table.dataset, *shown.key.values())
        if not shown.together:
            yield Figure((*where, "shown once"), str(where not in before), str(True))
            before.add(where)
        matching = [row for row in file if all(row[name] == value for name, value in shown.key.items())]
        yield Figure((*where, "rows in the file"), "1", str(len(matching)))
        if len(matching) == 1:
            for place, cell in enumerate(shown.cells):
                yield from held((*where, str(place)), cell, {**matching[0], **shown.more})


def held(where: tuple[str, ...], cell: ShownCell, row: Mapping[str, str]) -> Iterator[Figure]:
    """What one cell shows, against its row."""
    text = cell.text
    for name, write in cell.words.items():
        if word := write(row[name]) if row[name] else "":
            found = word if word in text else text
            yield Figure((*where, name), found, word)
            text = text.replace(word, " ", 1)
    told = [one_way(row[name]) for name in cell.numbers if row[name] != ""]
    shown = [one_way(number) for number in _NUMBER.findall(text)]
    names = [name for name in cell.numbers if row[name] != ""]
    if len(told) != len(shown):
        yield Figure((*where, " ".join(names)), " ".join(shown), " ".join(told))
    else:
        yield from (Figure((*where, name), one, other) for name, one, other in zip(names, shown, told, strict=True))


def one_way(number: str) -> str:
    """A number in the one way in which pages and files are compared: no plus, no comma, a hyphen for less than 0."""
    written = number.replace(",", "").replace("−", "-").lstrip("+")
    return "0.00" if written == "-0.00" else written


def sections(page: Any, dataset: str) -> list[tuple[Any, str]]:
    """The sections of a page that offer a file of the dataset, each with its address; without any the whole page."""
    found = []
    for section in of_class(page, "section") or [page]:
        links = [str(node["props"].get("href", "")) for node in nodes(section)]
        files = [href for href in links if href.startswith(f"/api/v1/{dataset}.csv")]
        found += [(section, files[0])] if files else []
    return found


def seen(tree: Any) -> str:
    """The text for the eye, a space between parts: without what is there for those who listen alone."""
    if isinstance(tree, list):
        return " ".join(map(seen, tree))
    if isinstance(tree, dict) and "props" in tree:
        return "" if _HIDDEN in str(tree["props"].get("className", "")) else seen(tree["props"].get("children"))
    return "" if tree is None or isinstance(tree, dict) else str(tree)


def status(code: str) -> str:
    return status_word(Status(code))


def state(code: str) -> str:
    return figure_word(State(code))


def task_status(code: str) -> str:
    return said(plain(task_status_mark(TaskStatus(code))))


def month(period: str) -> str:
    found = parse_period(period)
    return "" if found is None else month_text(found)


def day(written: str) -> str:
    return date_text(date.fromisoformat(written))


def month_of_day(written: str) -> str:
    return month_text(date.fromisoformat(written).replace(day=1))


def instant(written: str) -> str:
    return instant_text(datetime.fromisoformat(written), timezone="Asia/Shanghai")


def body(tree: Any) -> list[list[Any]]:
    """The cells of the rows of the bodies of all tables in it, and the parts of the lines of a list of counts."""
    tables = [row for part in nodes(tree) if part["type"] == "Tbody" for row in part["props"]["children"]]
    listed = [line for line in nodes(of_class(tree, "unit-counts")) if line["type"] == "Li"]
    return [row["props"]["children"] for row in (*tables, *listed)]


def led_to(tree: Any, path: str) -> str:
    """The code behind `path` in the first link there; nothing if none leads there."""
    hrefs = [str(node["props"].get("href", "")) for node in nodes(tree)]
    return next((re.split(r"[?#/&]", href.split(path)[1])[0] for href in hrefs if path in href), "")


def explained(tree: Any) -> tuple[str, str]:
    """Unit and target of the first way to an explanation."""
    hrefs = [str(node["props"].get("href", "")) for node in nodes(tree)]
    return next((named("#" + href.split("#")[1]) for href in hrefs if "#why=" in href), ("", ""))


def span(row: Row, *ends: str) -> tuple[str, ...]:
    """The columns of a span, which is written as one value where both are the same."""
    return ends[:1] if row[ends[0]] == row[ends[1]] else ends


def _compared(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    rows = {(row["target_code"], row["unit_code"]): row for row in file}
    for head, demands, *cells in body(of_class(section, "compared-table")):
        target = led_to(head, "/targets/")
        for unit, cell in zip((draw.unit, *draw.others), cells, strict=True):
            row = rows.get((target, unit))
            if row is None:
                assert said(cell) == "—"
                continue
            paces = ("required_pace", "present_pace", "projected_value") if row["status"] != "met" else ()
            reached = {"projected_on": day} if paces and row["projected_value"] else {}
            numbers = ("difference", "value", *(("gap", "shortfall", *paces) if row["gap"] else ()))
            yield ShownRow(
                {"target_code": target, "unit_code": unit},
                (
                    ShownCell(seen(demands), ("threshold",), {"due_on": day}),
                    ShownCell(seen(cell), numbers, {"status": status, **reached}),
                ),
            )


def _changed(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    for unit, what, *cells in body(section):
        code, target, element = led_to(unit, "/units/"), led_to(what, "/targets/"), led_to(what, "/elements/")
        if element:
            entry = next(str(n["props"]["title"]) for n in nodes(cells[3]) if n["props"].get("title"))
            (seq,) = re.findall(r"\d+", entry)
            yield ShownRow(
                {"kind": "figure", "unit_code": code, "element_code": element, "seq": seq},
                (
                    ShownCell(seen(cells[0]), (), {"period": month}),
                    ShownCell(seen(cells[1]), ("before",)),
                    ShownCell(seen(cells[2]), ("after",)),
                    ShownCell(seen(cells[3]), (), {"recorded_at": instant}),
                    ShownCell(seen(cells[4]), (), {"reason": str}),
                ),
            )
        elif target:
            yield ShownRow(
                {"kind": "status", "unit_code": code, "target_code": target},
                (
                    ShownCell(seen(cells[0]), (), {"period": month}),
                    ShownCell(seen(cells[1]), ("value_before",), {"before": status}),
                    ShownCell(seen(cells[2]), ("value_after",), {"after": status}),
                    ShownCell(seen(cells[3]), (), {"recorded_at": instant}),
                ),
            )
        elif code:
            period = next((row["period"] for row in file if month(row["period"]) == seen(cells[0])), "")
            yield ShownRow(
                {"kind": "submission", "unit_code": code, "period": period},
                (
                    ShownCell(seen(cells[1]), (), {"before": state}),
                    ShownCell(seen(cells[2]), (), {"after": state}),
                    ShownCell(seen(cells[3]), (), {"recorded_at": instant}),
                    ShownCell(seen(cells[4]), (), {"reason": str}),
                ),
            )


def _moved(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    added = ("contribution", "rate_effect", "denominator_effect")
    counts = (("numerator_before", "denominator_before"), ("value_before",))
    later = (("numerator_after", "denominator_after"), ("value_after",))
    for head, *cells, _state in body(section):
        unit = led_to(head, "/units/")
        if unit:
            columns = [*((name,) for name in added), *counts, *later]
            yield ShownRow(
                {"unit_code": unit}, [ShownCell(seen(c), names) for c, names in zip(cells, columns, strict=True)]
            )
            continue
        sums = {name: str(sum((Decimal(row[name]) for row in file if row[name]), Decimal("0.00"))) for name in added}
        more = {"part": sums["contribution"], "rate": sums["rate_effect"], "denominator": sums["denominator_effect"]}
        yield ShownRow(  # any row of the file has the rolled-up values; the parts together are their sums
            {"unit_code": file[0]["unit_code"]},
            [
                *(ShownCell(seen(cell), (name,)) for cell, name in zip(cells[:3], more, strict=True)),
                ShownCell(seen(cells[0]), ("change",)),
                ShownCell(seen(cells[4]), ("under_before",)),
                ShownCell(seen(cells[6]), ("under_after",)),
            ],
            more,
            together=True,
        )


def _peers(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    rows = {row["target_code"]: row for row in file}
    for cells in body(section):
        unit, target = explained(cells[1])
        row = rows[target]
        if row["bands"] == "0":
            band: tuple[str, ...] = ("fewest",)
        else:
            band = ("band", *span(row, "band_worse", "band_better")) if row["band"] else ()
        yield ShownRow(
            {"unit_code": unit, "target_code": target},
            (
                ShownCell(seen(cells[1]), ("value",)),
                ShownCell(seen(cells[2]), ("group_value",)),
                ShownCell(seen(cells[3]), span(row, "middle_better", "middle_worse")),
                ShownCell(seen(cells[4]), span(row, "end_worse", "end_better")),
                ShownCell(seen(cells[5]), ("rank", "ranked") if row["rank"] else ()),
                ShownCell(seen(cells[6]), band),
            ),
            {"fewest": "4"},
        )


def _history(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    for cells in body(section):
        period = next((row["period"] for row in file if month(row["period"]) == seen(cells[0])), "")
        revision = seen(cells[3])
        of_month = [row for row in file if row["period"] == period]
        earlier = [row for row in of_month if int(row["revision"]) < int(revision)]
        before = max(earlier, key=lambda row: int(row["revision"]))["value"] if earlier else ""
        yield ShownRow(
            {"unit_code": draw.unit, "element_code": draw.element, "period": period, "revision": revision},
            (
                ShownCell(seen(cells[1]), ("value",)),
                ShownCell(seen(cells[2]), ("value before",)),
                ShownCell(seen(cells[6]), (), {"recorded_at": instant}),
                ShownCell(seen(cells[7]), (), {"reason": str}),
            ),
            {"value before": before},
        )


def _counts(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    every = pull("observations", unit=draw.unit, history="true")
    for name, beside in body(of_class(section, "unit-counts")):
        element, (newest,) = led_to(name, "/elements/"), of_class(beside, "note")
        shown_month, _dot, versions = seen(newest).partition(" · ")
        period = next((row["period"] for row in file if month(row["period"]) == shown_month), "")
        known = sum(1 for row in every if (row["element_code"], row["period"]) == (element, period))
        yield ShownRow(
            {"unit_code": draw.unit, "element_code": element, "period": period},
            (ShownCell(seen(beside).removesuffix(seen(newest)), ("value",)), ShownCell(versions, ("versions",))),
            {"versions": str(known)},
        )


def _units_of_target(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    ended: Sequence[Sequence[str]] = (("value",), (), ("gap",), ("shortfall",), ("present_pace",), ())
    ahead = (
        *ended[:5],
        ("required_pace",),
        ("projected_value", "range_low", "range_high"),
        (),
        (),
        ("projected_shortfall",),
    )
    for head, *cells in body(section):
        columns = ended if len(cells) == len(ended) else ahead
        texts = [
            ShownCell(" ".join(seen(part) for part in _parts(cell)), tuple(names))
            for cell, names in zip(cells, columns, strict=True)
        ]
        texts[1] = ShownCell(seen(cells[1]), (), {"status": status})
        if columns is ahead:
            texts[7] = ShownCell(seen(cells[7]), (), {"projected_on": month_of_day})
        yield ShownRow({"unit_code": led_to(head, "/units/")}, texts)


def _parts(cell: Any) -> list[Any]:
    """What stands below each other in a cell."""
    inside = cell["props"]["children"]
    return inside if isinstance(inside, list) else [inside]


def _targets(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    below = Counter((row["target_code"], row["status"]) for row in pull("progress", on=draw.on) if _reports(draw, row))
    for cells in body(section):
        target = seen(cells[6])
        counts = {one.value: str(below[target, one.value]) for one in Status if below[target, one.value]}
        yield ShownRow(
            {"target_code": target},
            (
                ShownCell(seen(cells[1]), ("threshold",)),
                ShownCell(seen(cells[2]), (), {"due_on": day}),
                ShownCell(seen(cells[3]), ("value",)),
                ShownCell(seen(cells[4]), (), {"status": status}),
                ShownCell(" ".join(map(seen, of_class(cells[5], "status"))), tuple(f"units {one}" for one in counts)),
            ),
            {f"units {one}": count for one, count in counts.items()},
        )


def _reports(draw: Draw, row: Row) -> bool:
    return any(unit.code == row["unit_code"] for unit in draw.plan.reporting_units)


def digits(table: ShownTable, section: Any) -> list[tuple[Any, Any]]:
    """Every text with a digit that the section shows in a cell of which something is said: what holds it, and where."""
    return [
        found
        for cells in body(section)
        for place, cell in enumerate(cells)
        if place not in table.free
        for found in _texts(cell)
    ]


def _texts(tree: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(tree, dict) and _HIDDEN in str(tree["props"].get("className", "")):
        return
    inside: Any = tree["props"] if isinstance(tree, dict) else tree
    places: list[Any] = ["children"] if isinstance(tree, dict) else list(range(len(tree)))
    for place in places:
        part = inside.get(place) if isinstance(inside, dict) else inside[place]
        if isinstance(part, str) and any(sign.isdigit() for sign in part):
            yield inside, place
        elif isinstance(part, list) or (isinstance(part, dict) and "props" in part):
            yield from _texts(part)


def _tasks(section: Any, draw: Draw, file: list[Row], pull: Pull) -> Iterator[ShownRow]:
    for cells in body(section):
        yield ShownRow({"task_number": seen(cells[0])}, (ShownCell(seen(cells[2]), (), {"status": task_status}),))


TABLES: dict[str, ShownTable] = {
    "compare": ShownTable("comparison", lambda d: ("/compare", {"unit": [d.unit, *d.others]}), _compared),
    "changes": ShownTable("changes", lambda d: ("/changes", {}), _changed, frozenset({0, 1})),
    "moved": ShownTable("contributions", lambda d: (f"/targets/{d.target}/moved", {}), _moved, frozenset({0, 8})),
    "peers": ShownTable("peers", lambda d: (f"/units/{d.unit}", {}), _peers),
    "count": ShownTable("observations", lambda d: (f"/units/{d.unit}/elements/{d.element}", {}), _history),
    "counts": ShownTable("observations", lambda d: (f"/units/{d.unit}", {}), _counts),
    "units of a target": ShownTable("progress", lambda d: (f"/targets/{d.target}", {}), _units_of_target),
    "targets": ShownTable("progress", lambda d: ("/targets", {}), _targets, frozenset({0})),
    "tasks": ShownTable("task_standings", lambda d: ("/tasks", {"show": "table"}), _tasks, frozenset(range(1, 9))),
}
