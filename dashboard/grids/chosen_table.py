"""Tables of which rows, order and columns are chosen in the address; and the same choice as a file.

Headings sort, links with counts leave rows out, a menu hides columns: plain links, so that they work without a script
of their own, print, and are undone by going back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import dcc, html

from dashboard.locale import _, count_text, ngettext
from dashboard.parts import csv_link, hidden
from dashboard.window.address import Address
from metrics.publish.dataset import Cell, Heading
from metrics.publish.shape import CellCondition, TableShape
from metrics.publish.shaped import arranged, cell_text

Component = Any
Row = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column of the page: `name` as in the address, `cell` what is drawn of a row.

    `parts`: the columns of the dataset that it shows, in the file; `sorts`: the one that it is sorted by, "" for none;
    `worded`: its cells are words, which stand at the left, and so does its heading.
    """

    name: str
    title: str
    cell: Callable[[Row], Component]
    parts: tuple[str, ...]
    sorts: str = ""
    worded: bool = False


def shown_columns(columns: Sequence[ChosenColumn], shape: TableShape) -> list[ChosenColumn]:
    """The columns that are there: the first always, then those chosen, in their order."""
    if not shape.columns:
        return list(columns)
    by_name = {column.name: column for column in columns}
    return [columns[0], *(by_name[name] for name in shape.columns if name in by_name and name != columns[0].name)]


def heading(address: Address, shape: TableShape, column: ChosenColumn) -> Component:
    """The heading of a column, a link that sorts: first the most, then the least, then not at all."""
    if not column.sorts:
        return html.Th(column.title, scope="col")
    return html.Th(
        sort_link(address, shape, column.sorts, column.title),
        scope="col",
        **({"className": "worded"} if column.worded else {}),
        **sorted_now(shape, column.sorts),
    )


def sorted_now(shape: TableShape, name: str) -> dict[str, str]:
    """What a heading says of the order to those who listen."""
    down = dict(shape.sort[:1]).get(name)
    return {} if down is None else {"aria-sort": "descending" if down else "ascending"}


def sort_link(address: Address, shape: TableShape, name: str, title: Component) -> Component:
    """The link that sorts by a column."""
    down = dict(shape.sort[:1]).get(name)
    following = {None: f"-{name}", True: name, False: None}[down]
    said = {None: _("Sort, highest first"), True: _("Sort, lowest first"), False: _("Remove sorting")}[down]
    sign = html.Span({None: "↕", True: "▼", False: "▲"}[down], className="sort-sign", **{"aria-hidden": "true"})
    href = address.without("page").keeping(sort=following)
    return dcc.Link([title, sign, hidden(f" ({said})")], href=href, className="sort-link", title=said)


def column_menu(
    address: Address,
    shape: TableShape,
    columns: Sequence[ChosenColumn],
    *,
    beside: Mapping[str, Component] | None = None,
) -> Component:
    """The menu that hides and shows columns, every one but the first; how many are hidden stands on it.

    `beside`: what else can be done with a column, by its name.
    """
    titles = {column.name: column.title for column in columns[1:]}
    shown = [column.name for column in shown_columns(columns, shape)[1:]]
    items = [
        html.Li([_column_link(address, name, title, shown, list(titles)), (beside or {}).get(name)])
        for name, title in titles.items()
    ]
    hidden_ones = len(titles) - len(shown)
    if hidden_ones:
        items.append(html.Li(dcc.Link(_("Show all columns"), href=address.keeping(columns=None))))
    left_out = html.Span(_("{n} hidden", n=hidden_ones), className="note") if hidden_ones else None
    caret = html.Span("▾", className="caret", **{"aria-hidden": "true"})
    return html.Details(
        [
            html.Summary([_("Columns"), " ", left_out, caret]),
            html.Div(html.Ul(items, className="choices"), className="menu-panel"),
        ],
        className="menu column-menu",
    )


def _column_link(address: Address, name: str, title: str, shown: Sequence[str], there: Sequence[str]) -> Component:
    """The link that hides a column, or shows it in its place; the last one that is shown stays."""
    chosen = name in shown
    if chosen and len(shown) == 1:
        return html.Span(["☑ ", title])
    left = [one for one in shown if one != name] if chosen else sorted([*shown, name], key=list(there).index)
    kept = None if left == list(there) else ",".join(left)
    sign = html.Span("☑ " if chosen else "☐ ", **{"aria-hidden": "true"})
    state = hidden(" (" + (_("shown") if chosen else _("hidden")) + ")")
    return dcc.Link([sign, title, state], href=address.keeping(columns=kept))


@dataclass(frozen=True, slots=True)
class Filter:
    """A column by which rows are left out. `words`: cell → what it is called, in the order of the links."""

    column: str
    title: str
    words: Mapping[str, Component]


def filter_links(
    address: Address, shape: TableShape, asked: Filter, rows: Sequence[Row], headings: Mapping[str, Heading]
) -> Component:
    """A link for each cell there is, with how many rows have it while everything else stays as it is chosen."""
    others = replace(shape, where=tuple(one for one in shape.where if one.column != asked.column), sort=())
    there = [cell_text(row[asked.column]) for row in arranged(rows, others, headings)]
    now = next((one.cells for one in shape.where if one.column == asked.column and not one.way), None)
    address = address.without("page")
    links = [_filter_link(address, others.where, _("All"), len(there), chosen=now is None)]
    for cell, words in asked.words.items():
        chosen = now is not None and cell in now
        if cell in there or chosen:
            where = (*others.where, CellCondition(asked.column, (cell,)))
            links.append(_filter_link(address, where, words, there.count(cell), chosen=chosen))
    return html.Nav(
        [html.Span(asked.title, className="filter-title"), *links],
        className="counted-links",
        **{"aria-label": asked.title},
    )


def _filter_link(
    address: Address, where: Iterable[CellCondition], words: Component, count: int, *, chosen: bool
) -> Component:
    written = ";".join(condition.written for condition in where) or None
    inside = [words, html.Span(count_text(count), className="count")]
    current = {"aria-current": "true"} if chosen else {}
    return html.Span(
        dcc.Link(inside, href=address.keeping(where=written), className="chosen" if chosen else ""), **current
    )


def file_links(address: Address, dataset: str, shape: TableShape, **parameters: str | Sequence[str]) -> list[Component]:
    """The rows and columns that are shown, in their order, as files."""
    asked = {**parameters, **shape.written()}
    return [
        csv_link(address.csv(dataset, **asked), of=_("What is shown, as CSV"), words="CSV"),
        csv_link(address.file(dataset, "xlsx", **asked), words="XLSX"),
    ]


def file_shape(shape: TableShape, shown: Sequence[ChosenColumn]) -> TableShape:
    """The shape of the file that has what is shown."""
    return replace(shape, columns=tuple(dict.fromkeys(part for column in shown for part in column.parts)))


def nothing_left(address: Address, title: str) -> Component:
    """What stands where no row meets the conditions, with the way back to all."""
    return html.P([title, " ", dcc.Link(_("Show all"), href=address.keeping(where=None))], className="nothing-left")


def shown_of(shown: int, *, of: int) -> str:
    """How many units of how many are shown."""
    return ngettext("{shown} of {n} unit shown", "{shown} of {n} units shown", of, shown=shown)
