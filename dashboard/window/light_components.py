"""Dash's components, made in a fraction of the time.

Dash's own constructors write lists of every property there is into each component, and put together the words of an
error for each property that is given, whether there is one or not: 11 to 29 µs, some thousand times a page. The lists
are the class's here, and the words are Dash's own, asked for where something is wrong.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Set
from typing import Any, TypeGuard

from dash import dcc, html
from dash.development.base_component import Component

_OF_CLASS = (
    "_children_props",
    "_base_nodes",
    "_namespace",
    "_type",
    "_prop_names",
    "_valid_wildcard_attributes",
    "available_properties",
    "available_wildcard_properties",
)


def is_component(value: Any) -> TypeGuard[Component]:
    """True if `value` is one of Dash's components; asked of the class, since asking its metaclass takes long."""
    return type.__instancecheck__(Component, value)


def install_light_components() -> None:
    """Have the components of HTML and links made so, in this process; a second time changes nothing."""
    for made, required in (*((getattr(html, name), {}) for name in html.__all__), (dcc.Link, {"href": ""})):
        if not hasattr(made.__init__, "strict"):
            _lighten(made, required)


def _lighten(made: type[Component], required: dict[str, str]) -> None:
    strict = made.__init__
    first = next(name for name in list(inspect.signature(strict).parameters)[1:])
    example = made(**required)
    for name in _OF_CLASS:
        setattr(made, name, getattr(example, name))
    names, begins = frozenset(example._prop_names), tuple(example._valid_wildcard_attributes)
    made.__init__ = _light(strict, first, names, begins, required=required.keys())


def _light(
    strict: Callable[..., None],
    first: str,
    names: frozenset[str],
    begins: tuple[str, ...],
    *,
    required: Set[str],
) -> Callable[..., None]:
    """A constructor as `strict`, which makes and refuses what is not plain. `first`: what may be given by its place."""

    def make(self: Component, *given: Any, **named: Any) -> None:
        if given:
            if len(given) > 1 or first in named:
                return strict(self, *given, **named)
            given_first = given[0]
        else:
            given_first = named.pop(first, None)
        if required and not required <= named.keys():
            return strict(self, given_first, **named)
        for name, value in named.items():
            # Nearly every value is a text, which is quickly told; whether it is a component, slowly.
            known = name in names or name.startswith(begins)
            if not known or (type(value) is not str and (name == "id" or is_component(value))):
                return strict(self, given_first, **named)
        properties = self.__dict__
        properties[first] = given_first
        properties.update(named)
        return None

    make.strict = strict  # type: ignore[attr-defined]  # by which it is known the next time
    return make
