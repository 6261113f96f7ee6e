"""A comparison of many targets: those on which all units are level are folded, where these are many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from dash import html

from dashboard.locale import ngettext

Component = Any
One = TypeVar("One")

_FEWEST_FOLDED = 4  # targets on which all are level


def level_folded(
    ones: Sequence[One], *, is_level: Callable[[One], bool], table: Callable[[Sequence[One]], Component]
) -> list[Component]:
    """A `table` of the targets on which the units lie apart and one, folded, of the others; one of all where few are
    level, or none is not.
    """
    level = [one for one in ones if is_level(one)]
    if len(level) < _FEWEST_FOLDED or len(level) == len(ones):
        return [table(ones)]
    said = ngettext("All are level on {n} target", "All are level on {n} targets", len(level))
    apart = [one for one in ones if not is_level(one)]
    return [table(apart), html.Details([html.Summary(said), table(level)], className="fold")]
