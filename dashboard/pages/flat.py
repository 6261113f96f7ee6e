"""The flat view: every reporting unit below a level in one grid with rows on demand, or as a plain table to print."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboard.grids.flat_choice import MOST_AT_ONCE, FlatColumn, FlatRow, RowChoice
from dashboard.grids.flat_grid import AT_ONCE, GRID, columns_menu, flat_grid
from dashboard.levels import breadcrumbs, pages, ways_down
from dashboard.locale import _, ngettext, speaking
from dashboard.pages.flat_table import CODE, TABLES, VERDICTS, FlatTable, flipped_shown
from dashboard.pages.flipped import flipped_list
from dashboard.parts import page_files, page_head, plain_table, section
from dashboard.theme import Theme
from dashboard.window.access import reader
from dashboard.window.address import Address, address_of
from dashboard.window.content import Content
from dashboard.window.outage import AWAY
from dashboard.window.reading import Reading, reading_at
from metrics.audit_acts import AuditAction
from metrics.auditing.writing import note_error
from metrics.authority import authority_of
from metrics.database import read_session
from metrics.errors import BiaochiError
from metrics.present_act import doing
from metrics.queries.blindness import refuse_blind

Component = Any

PLAIN = "table"


def flat_page(reading: Reading) -> Content:
    """The page at `/flat`.

    `show`: its columns; `rows`: which rows and columns of them, in which order; `layout=table`: to print. The grid
    takes up another choice of rows by itself, so that the address changes with what is done in it.
    """
    address, asked = reading.address, chosen(reading.address)
    table, choice = flat_choice(reading)
    title = ngettext("{n} unit in one table", "{n} units in one table", len(table.rows))
    plain = address.keeps("layout") == PLAIN
    body = html.Div(
        [
            page_head(title, reading, breadcrumbs(reading)),
            ways_down(reading),
            html.Div([_sets(address), _files(address)], className="flat-head"),
            html.Div(_left_out(asked, table)),
            _printed(reading, table, choice) if plain else _grid(address, table, choice),
            flipped_list(reading, flipped_shown(reading)) if shown(address) == VERDICTS else None,
        ],
        className="flat",
        key=address.without("rows").href(),
    )
    return Content(title=_("All units"), body=body, follows=() if plain else ("rows",))


def flat_choice(reading: Reading) -> tuple[FlatTable, RowChoice]:
    """The table that the address asks for, and what it asks of its rows and columns."""
    table = TABLES[shown(reading.address)](reading)
    return table, chosen(reading.address).about(table.names)


def shown(address: Address) -> str:
    """Which columns the address asks for."""
    kept = address.keeps("show") or ""
    return kept if kept in TABLES else next(iter(TABLES))


def chosen(address: Address) -> RowChoice:
    """Which rows the address asks for, whatever columns there are."""
    return RowChoice.of_address(address.keeps("rows")) or RowChoice()


def means_rows(_reading: Reading, value: str) -> bool:
    """True if `value` says which rows of a table are shown."""
    return RowChoice.of_address(value) is not None


def _left_out(asked: RowChoice, table: FlatTable) -> Component:
    """The columns that were asked for and that this table does not have: another level's, or another day's."""
    missing = sorted(asked.columns.difference(table.names))
    if not missing:
        return None
    return html.P(_("Left out, since this table has no such column: {names}", names=", ".join(missing)), role="status")


def _sets(address: Address) -> Component:
    words = {"verdicts": _("Core targets"), "scores": _("Leaderboard"), "months": _("Submissions of the month")}
    here = shown(address)
    items = []
    for name in TABLES:
        link = dcc.Link(
            words[name],
            href=address.keeping(show=None if name == next(iter(TABLES)) else name, rows=None, page=None),
            className="tab here" if name == here else "tab",
        )
        items.append(html.Li(link, **({"aria-current": "true"} if name == here else {})))
    return html.Nav(html.Ul(items, className="tabs"), **{"aria-label": _("Columns")})


def _grid(address: Address, table: FlatTable, choice: RowChoice) -> Component:
    name = _("All units in one table")
    told = html.P(
        [_("Space chooses a row."), " ", dcc.Link("", id="flat-chosen", href="")],
        className="note",
        role="status",
        tabIndex="-1",
    )
    way = dcc.Link(_("Print these rows"), id="flat-printed", href=_print_href(address, choice), className="quiet-link")
    on_paper = html.P(
        _("The grid itself is not printed. “Print these rows” shows the same as a table."), className="on-paper"
    )
    menu = columns_menu(table.columns, choice, address=address)
    return section(name, menu, flat_grid(table.columns, choice, name=name), told, on_paper, aside=way)


def _print_href(address: Address, choice: RowChoice) -> str:
    return address.keeping(layout=PLAIN, rows=choice.written() or None)


def _printed(reading: Reading, table: FlatTable, choice: RowChoice) -> Component:
    """The rows and columns chosen, as many rows as a page takes, the ways to the others and back to the grid."""
    found = reading.paged(choice.rows(table.rows), most=MOST_AT_ONCE)
    columns = {column.name: column for column in table.columns}
    there = [columns[name] for name in choice.laid_out(table.names)]
    headings = [
        _aligned(column, [*([f"{column.group} ", html.Br()] if column.group else []), column.title]) for column in there
    ]
    shown_rows = [[_aligned(column, row[column.name].text) for column in there] for row in found.shown]
    rows = [[html.Span(name, className="unit-name"), *cells] for name, *cells in shown_rows]
    words = ngettext("{n} unit chosen", "{n} units chosen", len(found.rows))
    way = dcc.Link(_("Back to the grid"), href=reading.address.keeping(layout=None, page=None), className="quiet-link")
    table_part = html.Div(
        plain_table(words, headings, rows),
        className="scroll flat-printed",
        tabIndex="0",
        role="region",
        **{"aria-label": words},
    )
    return section(words, table_part, pages(reading.address, found), aside=way)


def _aligned(column: FlatColumn, inside: Component) -> Component:
    """What stands in the column: figures below each other at their last digit, words at their first letter."""
    return html.Span(inside, className="amount") if column.numbers else inside


def _files(address: Address) -> Component:
    """Just the rows and columns shown, in their order, as files."""
    links = page_files("tables", ("csv", "xlsx"), address, of=_("What is shown"))
    return html.Div(links, className="section-aside")


def install_flat(app: Dash) -> None:
    """Register the callbacks that give the grid its rows, and say which row is chosen."""
    app.callback(
        Output(GRID, "getRowsResponse"),
        Output("flat-printed", "href"),
        Input(GRID, "getRowsRequest"),
        State("url", "search"),
        prevent_initial_call=True,
    )(rows_asked)
    app.clientside_callback(
        ClientsideFunction("biaochi", "chosen_row"),
        Output("flat-chosen", "href"),
        Output("flat-chosen", "children"),
        Input(GRID, "selectedRows"),
        prevent_initial_call=True,
    )


def rows_asked(asked: dict[str, Any] | None, search: str | None) -> tuple[dict[str, Any], str]:
    """The block of rows that the grid asks for, and the address at which its choice is printed."""
    address = address_of("/flat", search)
    nothing: tuple[dict[str, Any], str] = ({"rowData": [], "rowCount": 0}, address.href())
    with speaking(address.language):
        try:
            principal = reader()
            with read_session(authority_of(principal)) as session:
                reading = reading_at(session, address, theme=Theme.LIGHT, principal=principal)
                refuse_blind(principal)
                if principal is None:
                    return nothing
                table = TABLES[shown(address)](reading)
        except AWAY:
            return nothing
        except BiaochiError as refused:
            with doing(AuditAction.LOOK, address.path):
                note_error(refused)
            return nothing
        laid_out = chosen(address)
        rows_chosen = RowChoice.of_grid(asked, table.names)
        choice = replace(rows_chosen, shown=laid_out.shown, pinned=laid_out.pinned)
        found = choice.rows(table.rows)
        first = _place(asked, "startRow")
        last = min(_place(asked, "endRow") or first + AT_ONCE, first + MOST_AT_ONCE)
        rows = [_row(address, row) for row in found[first:last]]
        return {"rowData": rows, "rowCount": len(found)}, _print_href(address, choice)


def _place(asked: dict[str, Any] | None, name: str) -> int:
    given = (asked or {}).get(name)
    return max(0, given) if isinstance(given, int) else 0


def _row(address: Address, row: FlatRow) -> dict[str, str]:
    """One row by column; `href` leads to its unit."""
    return {name: cell.text for name, cell in row.items()} | {"href": address.to(f"/units/{row[CODE].text}")}
