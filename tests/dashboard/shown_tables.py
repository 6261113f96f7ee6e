"""Tables of pages held against the files that the pages themselves offer: one way for every page.

A `ShownTable` says at which addresses a table stands, whose file it is, and of each row which row of the file it shows
and which columns stand in which cell. What follows is the same for all: the file is pulled by the link beside the
table, every number in a cell is the file's, in its order and no other, and every status, month and day is in the
file's words. `cells` are all that a table shows: a test alters what stands in each and has to be caught.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from dashboard.locale import _, date_text, instant_text, month_text
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

_NUMBER = re.compile(r"<?[+\-−]?\d[\d,]*(?:\.\d+)?")
_LEAST = re.compile(r"<[+\-]0\.0*1")  # more than nothing, and less than can be written
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
    `asked`: of what offers no file, a slide: the parameters with which the dataset says the same. `section`: the class
    of the sections it stands in.
    """

    dataset: str
    address: Callable[[Draw], tuple[str, dict[str, Any]]]
    rows: Callable[[Any, Draw, list[Row], Pull], Iterator[ShownRow]]
    free: frozenset[int] = frozenset({0})
    asked: Callable[[Draw], dict[str, Any]] | None = None
    section: str = "section"


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
    """A number in the one way in which pages and files are compared: no plus, no comma, a hyphen for less than 0; files
    write 0 for what pages say is less than the least that can be written.
    """
    written = number.replace(",", "").replace("−", "-")
    if _LEAST.fullmatch(written):
        return written.lstrip("<+-").replace("1", "0")
    written = written.lstrip("+")
    return "0.00" if written == "-0.00" else written


def sections(page: Any, table: ShownTable) -> list[tuple[Any, str]]:
    """The sections of a page that offer a file of the dataset, each with its address; without any the whole page."""
    found, dataset = [], table.dataset
    for section in of_class(page, table.section) or [page]:
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


def together(names: str) -> str:
    """Names as a page lists them."""
    return names.replace("; ", _(", "))


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
