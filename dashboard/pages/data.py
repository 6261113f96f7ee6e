"""The data page: a pull put together by choosing, its first rows and their number, its address and its file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import dcc, html
from flask import has_request_context, request

from dashboard.locale import _, language
from dashboard.pages.data_choice import DataChoice, data_choice
from dashboard.pages.data_form import data_form
from dashboard.parts import empty, page_head, section
from dashboard.window.content import Content
from dashboard.window.reading import Reading
from dashboard.words.figures import NOTHING
from metrics.errors import BadRequest, Message
from metrics.publish.catalogue import DATASETS
from metrics.publish.citation import dataset_citation, ledger_identity
from metrics.publish.dataset import AnyDataset, Cell, Heading, Kind, RowCount
from metrics.publish.first_rows import first_rows
from metrics.publish.power_query import power_query
from metrics.publish.shape import SHAPE, WHOLE
from metrics.publish.shaped import shaped
from metrics.queries.demonstration import is_demonstration_loaded

Component = Any

FIRST_ROWS = 20
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)


def data_page(reading: Reading) -> Content:
    """The page at `/data`."""
    reading, choice, refused = _chosen(reading)
    dataset = shaped(choice.dataset, reading.session, choice.view, choice.pull)
    rows, count = first_rows(reading.session, dataset, choice.view, replace(choice.pull, shape=WHOLE), most=FIRST_ROWS)
    name = choice.dataset.title.in_language(language())
    title = _("{dataset}: {count} rows", dataset=name, count=number_text(count))
    below = _("All rows are shown below; correct the choice above.")
    body = html.Div(
        [
            page_head(title, reading, html.P(choice.dataset.grain.in_language(language()), className="note")),
            _datasets(reading, choice),
            data_form(reading, choice),
            None if refused is None else empty(refused.in_language(language()), below),
            _address(choice, dataset, count=count),
            _cited(reading, choice),
            section(_first(len(rows), count), _table(dataset, rows) if rows else _nothing()),
        ],
        className="data",
    )
    return Content(title=_("Data"), body=body)


def _chosen(reading: Reading) -> tuple[Reading, DataChoice, Message | None]:
    """What the address asks for; if its columns, order or conditions mean nothing, without them, and why.

    They are typed, so the form stays with what was typed.
    """
    try:
        return reading, data_choice(reading), None
    except BadRequest as refused:
        plain = replace(reading, address=reading.address.without(*SHAPE))
        if plain.address == reading.address:
            raise
        return reading, data_choice(plain), refused.message


def _cited(reading: Reading, choice: DataChoice) -> Component:
    """How what is pulled here is cited: with the entry up to which it knows."""
    site = request.host_url.rstrip("/") if has_request_context() else ""
    view, dataset = choice.view, choice.dataset
    if view.recorded_at is None:
        return None
    fixed = choice.pull.as_of is not None or choice.pull.release is not None
    pinned = "" if fixed else f"{'&' if '?' in choice.address else '?'}as_of={view.seq}"
    cited = dataset_citation(
        view.plan,
        ledger=ledger_identity(reading.session),
        name=dataset.name,
        title=dataset.title,
        seq=view.seq,
        day=view.recorded_at,
        address=site + choice.address + pinned,
        synthetic=is_demonstration_loaded(reading.session),
    )
    return _copied("pull-citation", _("Cite as"), cited.text.in_language(language()))


def number_text(count: RowCount) -> str:
    """1,204; where the database only estimates, about 3,100,000."""
    if count.exact:
        return f"{count.number:,}"
    return _("about {n}", n=f"{round(count.number, 2 - len(str(count.number))):,}")


def _first(shown: int, count: RowCount) -> str:
    whole = shown == count.number
    return _("All {count} rows", count=shown) if whole else _("The first {shown} rows", shown=shown)


def _datasets(reading: Reading, choice: DataChoice) -> Component:
    """The datasets as a row of links; what was chosen and fits the other dataset stays chosen."""
    links = []
    for name, dataset in DATASETS.items():
        here = name == choice.dataset.name
        links.append(
            html.Li(
                dcc.Link(
                    dataset.title.in_language(language()),
                    href=reading.address.without(*SHAPE).keeping(dataset=name),
                    className="tab here" if here else "tab",
                ),
                **({"aria-current": "true"} if here else {}),
            )
        )
    return html.Nav(html.Ul(links, className="tabs"), **{"aria-label": _("Datasets")})


def _address(choice: DataChoice, dataset: AnyDataset, *, count: RowCount) -> Component:
    """The address, the command, the file."""
    site = request.host_url.rstrip("/") if has_request_context() else ""
    address = site + choice.address
    file = f"{choice.dataset.name}.{choice.form}"
    command = f'curl -H "Authorization: Bearer $TOKEN" "{address}" -o {file}'
    download = _("Download {file} ({count} rows)", file=file, count=number_text(count))
    schema = f"/api/v1/{choice.dataset.name}.schema.json"
    return html.Div(
        [
            _copied("pull-address", _("Address"), address),
            _copied("pull-command", _("Command"), command),
            *_power_query(choice, dataset, address),
            html.P(
                [
                    html.A(download, href=choice.address, className="button button-main", download=""),
                    " ",
                    html.A(_("What the columns mean"), href=schema, className="quiet-link"),
                ]
            ),
        ],
        className="pull",
    )


def _power_query(choice: DataChoice, dataset: AnyDataset, address: str) -> list[Component]:
    """The same pull for Excel and Power BI, folded away; of CSV only, which is what it reads."""
    if choice.form != "csv":
        return []
    label = _("Power Query (Excel, Power BI)")
    text = html.Pre(power_query(dataset, address), id="pull-power-query", tabIndex="0", className="scroll")
    note = html.P(_("Put your token in, and connect anonymously: the token goes in the header."), className="note")
    return [html.Details([html.Summary(label), note, _copying("pull-power-query", label), text], className="folded")]


def _copied(identity: str, label: str, text: str) -> Component:
    return html.Div(
        [
            html.Span(label, className="pull-label"),
            html.Code(text, id=identity),
            _copying(identity, label),
        ],
        className="pull-line",
    )


def _copying(identity: str, label: str) -> Component:
    return html.Button(
        _("Copy"),
        type="button",
        className="button",
        **{
            "data-does": "copy",
            "data-copies": identity,
            "data-copied": _("Copied"),
            "aria-label": label_of(label),
        },
    )


def label_of(label: str) -> str:
    """What the copying button says to those who listen."""
    return _("Copy: {what}", what=label)


def _nothing() -> Component:
    return empty(_("No rows match"), _("Choose fewer conditions, or a later moment for what was known."))


def _table(dataset: AnyDataset, rows: list[tuple[Cell, ...]]) -> Component:
    columns = dataset.columns
    head = [
        html.Th(
            [html.Span(column.title.in_language(language())), html.Code(column.name)],
            scope="col",
            className=_side(column),
        )
        for column in columns
    ]
    lines = [
        html.Tr([html.Td(_cell(cell), className=_side(column)) for column, cell in zip(columns, row, strict=True)])
        for row in rows
    ]
    table = html.Table(
        [html.Caption(_("First rows"), className="hidden-text"), html.Thead(html.Tr(head)), html.Tbody(lines)],
        className="figures rows",
    )
    return html.Div(table, className="scroll", tabIndex="0", role="region", **{"aria-label": _("First rows")})


def _side(column: Heading) -> str:
    return "number" if column.kind in _NUMBERS else ""


def _cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return NOTHING
    return str(cell).lower() if isinstance(cell, bool) else str(cell)
