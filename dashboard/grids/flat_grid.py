"""The grid of all units: its columns in its own words, how it begins, and the menu that hides and pins columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html

import dashboard.locale
from dashboard.grids.flat_choice import FlatColumn, RowChoice
from dashboard.locale import _, language
from dashboard.parts import hidden
from dashboard.window.address import Address

Component = Any

GRID = "flat-grid"
AT_ONCE = 100  # rows the grid asks for at once
_WIDE, _NARROW = 230, 132  # px


def flat_grid(columns: Sequence[FlatColumn], choice: RowChoice, *, name: str) -> Component:
    """The grid as it begins. Afterwards the browser has it follow the address (assets/src/window/grid.js).

    What stands on the element around it names the columns in the table's order, the first of which is always pinned.
    """
    texts = texts_of_grid()
    grid = dag.AgGrid(
        id=GRID,
        rowModelType="infinite",
        columnDefs=_column_definitions(columns),
        defaultColDef={
            "sortable": True,
            "resizable": True,
            "floatingFilter": True,
            "suppressHeaderMenuButton": True,
            "lockPinned": True,  # pinned and hidden by the menu, which the keyboard reaches too
        },
        dashGridOptions={
            "cacheBlockSize": AT_ONCE,
            "maxConcurrentDatasourceRequests": 1,
            "ensureDomOrder": True,
            "enableCellTextSelection": True,
            "rowSelection": {"mode": "singleRow", "checkboxes": False, "enableClickSelection": True},
            "localeText": texts,
            "animateRows": False,
            "suppressDragLeaveHidesColumns": True,
            "initialState": _beginning(columns, choice),
        },
        className="ag-theme-biaochi",
        style={"height": "min(70vh, 900px)"},
        dangerously_allow_code=False,
    )
    names = json.dumps([column.name for column in columns], separators=(",", ":"))
    return html.Div(grid, role="region", className="flat-region", **{"aria-label": name, "data-columns": names})


def _beginning(columns: Sequence[FlatColumn], choice: RowChoice) -> dict[str, Any]:
    """The state of a new grid, in the words of the library."""
    names = [column.name for column in columns]
    shown = choice.shown_of(names)
    missing = [name for name in names if name not in shown]
    return {
        "sort": {"sortModel": [{"colId": name, "sort": "desc" if down else "asc"} for name, down in choice.order]},
        "filter": {"filterModel": choice.filters()},
        "columnVisibility": {"hiddenColIds": missing},
        "columnOrder": {"orderedColIds": [*shown, *missing]},
        "columnPinning": {"leftColIds": [names[0], *choice.pinned], "rightColIds": []},
        "partialColumnState": True,  # the widths are the columns' own
    }


def _column_definitions(columns: Sequence[FlatColumn]) -> list[dict[str, Any]]:
    """The columns as the grid wants them; neighbours with one heading over them in a group."""
    found: list[dict[str, Any]] = []
    grouped = any(column.group for column in columns)
    for place, column in enumerate(columns):
        one = {
            "field": column.name,
            "headerName": column.title,
            "filter": "agNumberColumnFilter" if column.numbers else "agTextColumnFilter",
            "filterParams": {"maxNumConditions": 1, "debounceMs": 400},
            "initialWidth": _WIDE if column.wide else _NARROW,
            "initialPinned": "left" if place == 0 else None,
            "cellClass": "number-cell" if column.numbers else "",
            "headerTooltip": " · ".join(filter(None, (column.group, column.title))),
        }
        if grouped and place == 0:  # the pinned heading's row of groups would be empty, which nobody can read
            found.append({"headerName": column.title, "children": [one]})
        elif not column.group:
            found.append(one)
        elif found and found[-1].get("headerName") == column.group:
            found[-1]["children"].append(one)
        else:
            found.append({"headerName": column.group, "children": [one], "headerTooltip": column.group})
    return found


def texts_of_grid() -> dict[str, str]:
    """The grid's own words, where it does not speak the language itself, as it does English.

    Those that our grid can say, of @ag-grid-community/locale 35.0.0 (MIT).
    """
    return _texts_in(language())


@cache
def _texts_in(spoken: str) -> dict[str, str]:
    path = Path(dashboard.locale.__file__).parent / spoken / "ag-grid.json"
    texts: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return texts


def columns_menu(columns: Sequence[FlatColumn], choice: RowChoice, *, address: Address) -> Component:
    """The menu of columns, folded over how many are shown: each with a way to hide or show it, and to pin it."""
    names = [column.name for column in columns]
    shown = set(choice.shown_of(names))
    items = [html.Li(_column(column, choice, names, address=address)) for column in columns[1:]]
    every = replace(choice, shown=(), pinned=()).written() or None
    as_given = dcc.Link(_("Every column, none pinned"), href=address.keeping(rows=every), className="quiet-link")
    words = _("Columns: {shown} of {all}", shown=len(shown), all=len(names))
    caret = html.Span("▾", className="caret", **{"aria-hidden": "true"})
    return html.Details(
        [
            html.Summary([html.Span(words), caret], title=words),
            html.Div([html.Ul(items, className="flat-columns"), as_given], className="menu-panel"),
        ],
        className="menu choice-menu flat-columns-menu",
    )


def _column(column: FlatColumn, choice: RowChoice, names: Sequence[str], *, address: Address) -> list[Component]:
    title = " · ".join(filter(None, (column.group, column.title)))
    there = column.name in choice.shown_of(names)
    pinned = column.name in choice.pinned

    def way(does: str, word: str, other: RowChoice) -> Component:
        href = address.keeping(rows=other.written() or None)
        identity = f"flat-{does}-{names.index(column.name)}"  # by which the focus finds it when it is drawn anew
        return dcc.Link([word, hidden(_(": ") + title)], href=href, id=identity, className="quiet-link")

    ways = [way("show", _("Hide") if there else _("Show again"), choice.toggled(column.name, names))]
    if there:
        ways.append(way("pin", _("Unpin") if pinned else _("Pin"), choice.pinned_too(column.name)))
    return [html.Span(title, className="" if there else "note"), html.Span(ways, className="flat-column-ways")]
