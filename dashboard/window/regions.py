"""The regions of the window: after an act, or when something was recorded, only those that changed are drawn anew.

The upper blocks of the window's tree are its regions, each named by its place in it. The browser keeps a digest of what
was drawn in each. What is drawn later for the same address is compared with these, from the outside in, and answered
region by region; whatever is typed, opened or scrolled in the others stays as it is. Another address is another window.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from dash import no_update
from dash.development.base_component import Component as DashComponent

from dashboard.window.ask import Ask
from dashboard.window.light_components import is_component

Component = Any

_BLOCKS = frozenset({"Article", "Aside", "Details", "Div", "Header", "Main", "Nav", "Section"})  # hold regions
_PARTS = frozenset({"Dl", "Form", "H1", "H2", "H3", "Ol", "P", "Table", "Ul"})  # hold none
_DEPTH = 7  # levels of the tree that are regions: window, page, its columns, their sections, what stands in these
_DIGITS = 12
_STRICT = "_prop_names"
_DASHS_OWN = {_STRICT, "_valid_wildcard_attributes", "available_properties", "available_wildcard_properties"}
_FRAME = ""  # the region that holds all others
_EMPTIED = "emptied"  # beside the digests: which forms were done since the window was drawn, and by which ask
_OPTIONS, _BEGINNING = "dashGridOptions", "initialState"  # how a grid begins is no part of what stands there later
_NOTED = frozenset({"id", "data-asks", _OPTIONS})  # properties of what matters to a window, beside stores
_SEVERAL = (list, tuple)
_PREFIX = "region"  # of the id: region-2-1-0, whose parts are places among their siblings


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What the browser is answered: the whole `frame` or the `regions` that changed, by id; the `digests` of all."""

    frame: Any
    regions: dict[str, Any]
    digests: str


class DrawnWindow:
    """A window as it was drawn: its regions as the browser is told of them, with their digests, outer ones first."""

    def __init__(self, href: str, frame: Sequence[Component]) -> None:
        self._children: dict[str, Any] = {}
        self._digests: dict[str, str] = {}
        self._forms: list[tuple[dict[str, Any], str]] = []  # their properties, with the region that each stands in
        self._stores: list[str] = []  # the regions that hold one
        _name_regions(frame, within="", depth=_DEPTH)
        self._enter(_FRAME, list(frame), [href])

    def _enter(self, name: str, children: Any, told_first: list[str]) -> Any:
        """Take down the region's digest, the regions in it only by their names and own properties; what is in it."""
        left_out: list[tuple[dict[str, Any], str, Any]] = []  # of the digest alone: properties, and which, and what

        def note(component: DashComponent, props: dict[str, Any]) -> None:
            if component._type == "Store":
                self._stores.append(name)
            if "data-asks" in props:
                self._forms.append((props, name))
            if (region := _region_of(props)) is not None:
                left_out.append((props, "children", self._enter(region, props.pop("children", None), [])))
            if isinstance(options := props.get(_OPTIONS), dict):
                left_out.append((props, _OPTIONS, options))
                props[_OPTIONS] = {name: said for name, said in options.items() if name != _BEGINNING}

        self._digests[name] = ""  # its place, before what is in it
        told = _sent(children, note)
        self._digests[name] = digest([*told_first, told])
        for props, which, what in left_out:
            props[which] = what
        self._children[name] = told
        return told

    def redrawn(self, *, before: str | None, done: Ask | None = None) -> Redrawn:
        """What differs from what the browser holds: `before` as answered last.

        The form by which something was `done` is drawn anew too, and empty: its key is another one then and stays
        that, so that what is typed in it next outlives whatever draws its region again. A region with a store is drawn
        with the whole frame: Dash tells the browser's scripts of a new store then only.
        """
        held = _read(before)
        emptied = self._emptied(held.pop(_EMPTIED, None))
        known = set(held)
        for form, region in self._forms:
            if done is not None and _is_of(form, done):
                emptied[_name_of(form)] = done.nth
                held.pop(region, None)
            if _name_of(form) in emptied:
                form["key"] = f"{form.get('key', '')} {emptied[_name_of(form)]}"
        changed: list[str] = []
        for name, digits in self._digests.items():
            if held.get(name) != digits and not any(_is_within(name, outer) for outer in changed):
                changed.append(name)
        digests = json.dumps(self._digests | ({_EMPTIED: emptied} if emptied else {}))
        stores = any(_is_within(name, outer) for name in self._stores for outer in changed)
        if stores or not set(changed) <= known - {_FRAME}:
            return Redrawn(self._children[_FRAME], {}, digests)
        return Redrawn(no_update, {_PREFIX + name: self._children[name] for name in changed}, digests)

    def _emptied(self, told: object) -> dict[str, object]:
        """Of the forms that the browser says were done, those that stand in this window."""
        here = {_name_of(form) for form, _ in self._forms}
        return {name: nth for name, nth in told.items() if name in here} if isinstance(told, dict) else {}


def _name_regions(children: Any, *, within: str, depth: int) -> None:
    """Name the blocks and parts among `children`, and in the blocks, as far as they have no name of their own."""
    for at, child in enumerate(children if isinstance(children, list) else [children]):
        if not is_component(child) or child._namespace != "dash_html_components":
            continue
        place = f"{within}-{at}"
        if child._type in _BLOCKS | _PARTS and getattr(child, "id", None) is None:
            child.id = _PREFIX + place
        if child._type in _BLOCKS and depth > 1:
            _name_regions(getattr(child, "children", None), within=place, depth=depth - 1)


def digest(told: Any) -> str:
    """A few digits of what is shown, as the browser is told of it."""
    return sha256(json.dumps(told, default=_plain, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def _plain(value: Any) -> Any:
    """What JSON can say of what it cannot: of a component in another's property its type and properties; a text."""
    return _own_properties(value) | {"": f"{value._namespace}.{value._type}"} if is_component(value) else str(value)


def as_sent(value: Any) -> Any:
    """A component and what stands in it as the browser is told; Dash says the same in several times the time."""
    return _sent(value, None)


def _sent(value: Any, note: Callable[[DashComponent, dict[str, Any]], None] | None) -> Any:
    """As :func:`as_sent`; `note` is called with every component that may matter to a window, and its properties."""
    if not is_component(value):
        several = isinstance(value, _SEVERAL)
        return [one if type(one) is str else _sent(one, note) for one in value] if several else value
    props = _own_properties(value)
    if note is not None and not (props.keys().isdisjoint(_NOTED) and value._type != "Store"):
        note(value, props)
    if type(children := props.get("children", "")) is not str:
        props["children"] = _sent(children, note)  # a component in another property is told by Dash
    return {"props": props, "type": value._type, "namespace": value._namespace}


def _own_properties(component: DashComponent) -> dict[str, Any]:
    """What the component was given, without what Dash writes into those that it makes itself."""
    given = dict(vars(component))
    return {name: said for name, said in given.items() if name not in _DASHS_OWN} if _STRICT in given else given


def _region_of(props: dict[str, Any]) -> str | None:
    identity = props.get("id")
    return identity.removeprefix(_PREFIX) if isinstance(identity, str) and identity.startswith(_PREFIX) else None


def _is_within(name: str, outer: str) -> bool:
    return name == outer or name.startswith(f"{outer}-")


def _name_of(form: dict[str, Any]) -> str:
    """What the form asks, and of what."""
    return f"{form['data-asks']} {form.get('data-fields', '{}')}"


def _is_of(form: dict[str, Any], done: Ask) -> bool:
    fields = json.loads(form.get("data-fields", "{}"))
    return bool(form["data-asks"] == done.do and fields.items() <= done.fields.items())


def _read(before: str | None) -> dict[str, Any]:
    """The digests that the browser holds; none for what we did not send."""
    try:
        held = json.loads(before or "{}")
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}
