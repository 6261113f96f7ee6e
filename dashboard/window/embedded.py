"""A page in somebody else's page (`embed=1`): its content alone, what reproduces it, and the way to the whole page.

Nothing is asked for there: forms, buttons and fields are left out, and every link opens the page itself. A document in
a frame says so with each of its callbacks (assets/src/window/callbacks.js), whatever its address has become.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.locale import _
from dashboard.window.address import Address
from dashboard.window.content import Content
from dashboard.window.light_components import is_component
from dashboard.window.outcome import Outcome
from dashboard.window.print_lines import document_line, vintage_words
from dashboard.window.rail import RailItem
from dashboard.window.reading import Reading
from dashboard.window.share import pinned
from dashboard.window.shell import bare_shell, demonstration_label, shell
from dashboard.window.signer_note import signer_note

Component = Any

_ASKING = frozenset({"Form", "Button", "Input", "Textarea", "Select", "Label", "Upload", "Dialog"})
_SHOWN_OF_MANTINE = frozenset({"MantineProvider", "Tooltip", "Table"})


def window_around(
    reading: Reading,
    content: Content,
    *,
    items: Sequence[RailItem],
    outcomes: Sequence[Outcome],
    left_out: Sequence[tuple[str, str]],
) -> list[Component]:
    """What stands around a page: the whole window or, in somebody else's page, next to nothing."""
    if reading.address.embedded:
        return _embedded(reading, content)
    return shell(reading, content, items=items, outcomes=outcomes, left_out=left_out)


def bare_around(
    address: Address, content: Content, *, items: Sequence[RailItem], outcomes: Sequence[Outcome]
) -> list[Component]:
    """The same while there is nothing to read a plan from."""
    if address.embedded:
        main = html.Main(_only_shown(content.body, address), id="content", className="content", tabIndex="-1")
        return [html.Div(main, className="window embedded")]
    return bare_shell(address, content.body, items=items, outcomes=outcomes)


def _embedded(reading: Reading, content: Content) -> list[Component]:
    """The content, and one line under it."""
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
    head = html.Header([*signer_note(reading), *([demonstration_label()] if reading.demonstration else [])])
    return [html.Div([head, main, foot], className="window embedded")]


def not_embedded(address: Address) -> Content:
    """What stands in a frame for a page that is not for one."""
    title = _("This page is not shown inside another one")
    link = html.A(_("Open the whole page"), href=address.href(), target="_blank", rel="noopener")
    return Content(title=title, body=html.Div([html.H1(title), html.P(link)], className="failed"), found=False)


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
