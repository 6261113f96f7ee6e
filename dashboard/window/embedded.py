"""A page in somebody else's page (`embed=1`): its content alone, what reproduces it, and the way to the whole page.

Nothing is asked for there: forms, buttons and fields are left out, and every link opens the page itself. A document in
a frame says so with each of its callbacks (assets/src/window/callbacks.js), whatever its address has become.
"""

from __future__ import annotations

from typing import Any

from dash import html
from flask import has_request_context, request

from dashboard.locale import _
from dashboard.window.address import Address
from dashboard.window.content import Content
from dashboard.window.light_components import is_component
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.reading import Reading

Component = Any

FRAMED = "X-Biaochi-Framed"  # of a callback whose document stands in a frame
_ASKING = frozenset({"Form", "Button", "Input", "Textarea", "Select", "Label", "Upload", "Dialog"})
_SHOWN_OF_MANTINE = frozenset({"MantineProvider", "Tooltip", "Table"})


def is_framed() -> bool:
    """True if what is asked just now comes from a document in a frame."""
    return has_request_context() and FRAMED in request.headers


def embedded_shell(reading: Reading, content: Content, *, note: Component) -> list[Component]:
    """The content and one line under it. `note`: what stands above every page while the demonstration is loaded."""
    whole = pinned(reading).href() if content.found else reading.address.href()
    foot = html.Footer(
        [
            html.Span(document_line(reading.plan)),
            html.Span(" · ".join(vintage_words(reading))),
            html.A(_("Open the whole page"), href=whole, target="_blank", rel="noopener"),
        ],
        className="embedded-foot",
    )
    main = html.Main([_only_shown(content.body, reading.address)], id="content", className="content", tabIndex="-1")
    return [html.Div([html.Header([note] if note is not None else []), main, foot], className="window embedded")]


def embedded_bare(address: Address, content: Content) -> list[Component]:
    """What stands in the frame while there is nothing to read a plan from."""
    main = html.Main(_only_shown(content.body, address), id="content", className="content", tabIndex="-1")
    return [html.Div(main, className="window embedded")]


def not_embedded(address: Address) -> Content:
    """What stands in a frame for a page that is not for one."""
    title = _("This page is not shown inside another one")
    link = html.A(_("Open the whole page"), href=address.href(), target="_blank", rel="noopener")
    return Content(title=title, body=html.Div([html.H1(title), html.P(link)], className="failed"), found=False)


def pinned(reading: Reading) -> Address:
    """The address that shows for ever what is shown now: its month named, and up to which entry things are known."""
    address = reading.address
    month = reading.month.period if reading.month is not None else None
    if reading.view.public and address.as_of is None and reading.releases:
        return address.pinned(month=month, as_of=None, release=address.release or reading.releases[0])
    return address.pinned(month=month, as_of=None if address.release else reading.view.seq, release=address.release)


def _only_shown(children: Any, address: Address) -> Any:
    """`children` without what asks for something, at any depth; links lead out of the frame."""
    if isinstance(children, list | tuple):
        return [_only_shown(child, address) for child in children if not _asks(child)]
    if not is_component(children):
        return children
    if getattr(children, "href", None) is not None:
        children.target = "_blank"
        if str(children.href).startswith("#"):
            children.href = address.href() + children.href
    inside = getattr(children, "children", None)
    if inside is not None:
        children.children = None if _asks(inside) else _only_shown(inside, address)
    return children


def _asks(child: Any) -> bool:
    """True for what somebody could press or fill in."""
    if not is_component(child):
        return False
    if child._namespace == "dash_mantine_components":
        return child._type not in _SHOWN_OF_MANTINE
    return child._type in _ASKING or "act" in str(getattr(child, "className", "") or "").split()
